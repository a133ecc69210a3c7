/** Sends pages: language, frame and status in one place, for the steps, the links, the provider's pages and the errors. */
import type { Context } from 'koa';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Asset } from './assets.ts';
import { browserOf } from './browser.ts';
import { cookieNaming } from './cookie-names.ts';
import { csrfToken } from './csrf.ts';
import { chooseLocale, isLocale, type Locale, type LocaleWishes } from './locale.ts';
import { createLogos } from './logos.ts';
import { ownPath } from './own-path.ts';
import { serviceFrame } from './service-frame.ts';
import { createThemes } from './themes.ts';
import type { FormError, Frame, ViewName, Views } from './views.ts';

export type PageContext = {
  readonly client: Client | null;
  readonly locale: Locale;
  readonly path: string;
  /** What the page's forms are for: the interaction, the link. null = the page has no form of ours. */
  readonly csrfScope: string | null;
  readonly journeyPath: string | null;
  readonly errors: readonly FormError[];
  readonly keptQuery?: string;
};

export type Pages = {
  /** A client's stylesheet or logo by its address. */
  asset(path: string): Asset | undefined;
  frame(ctx: Context, page: PageContext): Frame;
  /** `at` may leave out what most pages lack. */
  send<Name extends ViewName>(ctx: Context, view: Name, model: Views[Name], at: Partial<PageContext>): void;
  /** What is known of this request's client and language, for whatever page it ends in. */
  remember(ctx: Context, known: { client: Client | null; locale: Locale }): void;
  /** What the person chose by the language switch: on this very request, or before in this browser. */
  switchedLocale(ctx: Context): string | null;
  /** The language of a page outside the steps. */
  localeOf(ctx: Context, wishes?: Partial<LocaleWishes>, client?: Client | null): Locale;
};

export type PagesDeps = Pick<Deps, 'config' | 'clients' | 'keyring' | 'renderer'>;

export function createPages({ config, clients, keyring, renderer }: PagesDeps): Pages {
  const themes = createThemes(renderer.assets, clients);
  const logos = createLogos(clients);
  const remembered = new WeakMap<object, { client: Client | null; locale: Locale }>();
  const localeCookie = cookieNaming(config.issuer).name('locale');
  const localeOf: Pages['localeOf'] = (ctx, wishes = {}, client = null) =>
    chooseLocale({
      switched: isLocale(ctx.query.lang) ? ctx.query.lang : null,
      cookie: ctx.cookies.get(localeCookie, { signed: false }),
      acceptLanguage: ctx.get('Accept-Language'),
      clientDefault: client?.defaultLocale ?? 'fi',
      ...wishes,
    });
  const frame: Pages['frame'] = (ctx, { client, locale, path, csrfScope, journeyPath, errors, keptQuery = '' }) => ({
    locale,
    path,
    keptQuery,
    journeyPath,
    errors,
    service: serviceFrame(
      config,
      client,
      locale,
      client && { stylesheet: themes.of(client).path, logo: logos.of(client) },
    ),
    csrf: csrfScope === null ? null : csrfToken(keyring, browserOf(ctx), csrfScope),
  });
  return {
    asset: (path) => themes.at(path) ?? logos.at(path),
    frame,
    localeOf,
    switchedLocale: (ctx) =>
      isLocale(ctx.query.lang) ? ctx.query.lang : (ctx.cookies.get(localeCookie, { signed: false }) ?? null),
    remember: (ctx, known) => void remembered.set(ctx.req, known),
    send: (ctx, view, model, at) => {
      const known = remembered.get(ctx.req);
      const client = at.client ?? known?.client ?? null;
      const locale = at.locale ?? known?.locale ?? localeOf(ctx, {}, client);
      const base = { client, locale, path: ownPath(ctx), csrfScope: null, journeyPath: null, errors: [] };
      ctx.type = 'html';
      ctx.body = renderer.render(view, model, frame(ctx, { ...base, ...at, client, locale }));
    },
  };
}
