/** Pages that belong to no journey: the list of services, terms to read, files. */
import type { Context } from 'koa';
import { termsInForce } from '../accounts/terms.ts';
import { signInAddress } from '../clients/sign-in-address.ts';
import type { Deps } from '../deps.ts';
import { RequestRefused } from '../errors.ts';
import { isLocale, type Locale } from './locale.ts';
import type { Pages } from './pages.ts';
import { between } from './statements.ts';

export type FrontPageDeps = Pick<Deps, 'config' | 'clients' | 'clock' | 'renderer'> & {
  readonly pages: Pages;
};

const assetLifeSeconds = 31_536_000;

/** The version that is named, or the current one. Those of the future are nobody's business yet. */
function termsToRead({ config, clock, clients }: Pick<FrontPageDeps, 'config' | 'clock' | 'clients'>, ctx: Context) {
  const client = clients.get(String(ctx.params.client));
  const inForce = client?.terms ? termsInForce(config, client.terms, clock.now()) : [];
  const current = inForce.at(-1);
  const { version: wanted } = ctx.params;
  const terms = wanted === undefined ? current : inForce.find(({ version }) => version === wanted);
  if (!client || !terms)
    throw new RequestRefused(404, 'no-terms', { title: 'page.not-found-title', body: 'page.not-found-body' });
  return { client, terms, isCurrent: terms === current };
}

export function frontPages({ config, clock, renderer, pages, clients }: FrontPageDeps) {
  const { stylesheet, script, icon } = renderer.assets;
  const assets = new Map([stylesheet, script, icon].map((asset) => [asset.path, asset]));
  const localeOf = (ctx: Context): Locale => {
    const { lang } = ctx.query;
    return isLocale(lang) ? lang : pages.localeOf(ctx);
  };
  const list = (ctx: Context, notFound: boolean): void => {
    const locale = localeOf(ctx);
    const listed = [...clients.values()].flatMap((client) => {
      const href = signInAddress(client, config.issuer);
      return client.listed && href !== null ? [{ name: client.name[locale], href }] : [];
    });
    ctx.status = notFound ? 404 : 200;
    pages.send(ctx, 'pages/clients', { clients: listed, notFound }, { locale });
  };
  return {
    home: (ctx: Context): void => list(ctx, false),
    /** After everything else: an unknown page lists the services too. Under `.well-known` a bare 404 (RFC 8615). */
    notFound: (ctx: Context): void => {
      if (!ctx.path.startsWith('/.well-known/')) list(ctx, true);
    },
    terms: (ctx: Context): void => {
      const { client, terms, isCurrent } = termsToRead({ config, clock, clients }, ctx);
      const { version, date, texts } = terms;
      const locale = localeOf(ctx);
      const { backHref, keptQuery } = between(ctx);
      const newerHref = isCurrent ? null : `/terms/${client.id}${keptQuery.replace('&', '?')}`;
      const model = { version, date, text: texts[locale].markdown, backHref, newerHref };
      pages.send(ctx, 'pages/terms', model, { client, locale, keptQuery });
    },
    asset: (ctx: Context): void => {
      const asset = assets.get(ctx.path) ?? pages.asset(ctx.path);
      if (!asset)
        throw new RequestRefused(404, 'no-asset', { title: 'page.not-found-title', body: 'page.not-found-body' });
      // The address carries the content's hash.
      ctx.set('Cache-Control', `public, max-age=${assetLifeSeconds}, immutable`);
      if (asset.policy) ctx.set('Content-Security-Policy', asset.policy);
      ctx.type = asset.type;
      ctx.body = asset.body;
    },
  };
}
