import type { Context } from 'koa';

/**
 * The path of this request as an address within this service, for links back to the page. As it came it could be
 * `//host` or `/\host`, which a browser takes for another site: an open redirect by our own error pages.
 */
export const ownPath = ({ path }: Pick<Context, 'path'>): string => path.replace(/^[/\\]+/, '/');
