import type { Middleware } from 'koa';
import type { Config } from '../config/schema.ts';
import { RequestRefused } from '../errors.ts';
import { browserOf } from '../http/browser.ts';
import { cookieNaming } from '../http/cookie-names.ts';
import type { Interactions } from '../journey/interactions.ts';

type GuardDeps = { readonly config: Pick<Config, 'issuer'>; readonly interactions: Interactions };

const expired = { title: 'session.expired-title', body: 'session.expired-body' } as const;

/**
 * A sign-in goes on only in the browser that finished it. The library's own cookies are bound to a path, so they cannot
 * be `__Host-`, and a sibling domain could put an attacker's interaction into a victim's browser: what the victim proves
 * there must not open a session where the interaction began. By the cookie, as the library does it, not by the address.
 */
export function resumeOnlyHere({ config, interactions }: GuardDeps): Middleware {
  const name = cookieNaming(config.issuer).name('resume');
  return async (ctx, next) => {
    const uid = ctx.cookies.get(name, { signed: false });
    if (uid && !(await interactions.mayResume(uid, browserOf(ctx).hash))) {
      throw new RequestRefused(410, 'resume-in-another-browser', expired);
    }
    return next();
  };
}
