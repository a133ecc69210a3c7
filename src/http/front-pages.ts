/** Pages that belong to no journey: the list of services, terms to read, the accessibility statement, files. */
import type { Context } from 'koa';
import { currentTerms } from '../accounts/terms.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { RequestRefused } from '../errors.ts';
import { isLocale, type Locale } from './locale.ts';
import type { Pages } from './pages.ts';

export type FrontPageDeps = Pick<Deps, 'config' | 'clock' | 'renderer'> & {
  readonly pages: Pages;
  readonly clients: ReadonlyMap<string, Client>;
};

const assetLifeSeconds = 31_536_000;

export function frontPages({ config, clock, renderer, pages, clients }: FrontPageDeps) {
  const { stylesheet, script, icon } = renderer.assets;
  const assets = new Map([stylesheet, script, icon, ...pages.stylesheets].map((asset) => [asset.path, asset]));
  const localeOf = (ctx: Context): Locale => {
    const { lang } = ctx.query;
    return isLocale(lang) ? lang : pages.localeOf(ctx);
  };
  const list = (ctx: Context, notFound: boolean): void => {
    const locale = localeOf(ctx);
    const listed = config.clients.flatMap(({ listed, name, startUrl }) =>
      listed && startUrl !== null ? [{ name: name[locale], href: startUrl }] : [],
    );
    ctx.status = notFound ? 404 : 200;
    pages.send(ctx, 'pages/clients', { clients: listed, notFound }, { locale });
  };
  return {
    home: (ctx: Context): void => list(ctx, false),
    /** After everything else: an unknown page lists the services too. Under `.well-known` a bare 404 (RFC 8615). */
    notFound: (ctx: Context): void => {
      if (!ctx.path.startsWith('/.well-known/')) list(ctx, true);
    },
    accessibility: (ctx: Context): void => pages.send(ctx, 'pages/accessibility', {}, { locale: localeOf(ctx) }),
    terms: (ctx: Context): void => {
      const client = clients.get(String(ctx.params.client));
      const terms = client && currentTerms(config, client, clock.now());
      if (!terms) {
        throw new RequestRefused(404, 'no-terms', { title: 'page.not-found-title', body: 'page.not-found-body' });
      }
      const { version, date, texts } = terms;
      const locale = localeOf(ctx);
      pages.send(ctx, 'pages/terms', { version, date, text: texts[locale].markdown }, { client, locale });
    },
    asset: (ctx: Context): void => {
      const asset = assets.get(ctx.path);
      if (!asset)
        throw new RequestRefused(404, 'no-asset', { title: 'page.not-found-title', body: 'page.not-found-body' });
      // The address carries the content's hash.
      ctx.set('Cache-Control', `public, max-age=${assetLifeSeconds}, immutable`);
      ctx.type = asset.type;
      ctx.body = asset.body;
    },
  };
}
