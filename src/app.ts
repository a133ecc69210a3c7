/** The table of contents at run time: middleware and routes in their order, all in the one Koa app that the Provider is. */
import Router from '@koa/router';
import type Koa from 'koa';
import type { Middleware } from 'koa';
import type { Client } from './config/schema.ts';
import type { Deps } from './deps.ts';
import { browserCookie } from './http/browser.ts';
import { errorPages } from './http/error-page.ts';
import { formParser } from './http/form.ts';
import { frontPages } from './http/front-pages.ts';
import { securityHeaders } from './http/headers.ts';
import { healthRoutes } from './http/health.ts';
import { languageSwitch } from './http/language-switch.ts';
import type { Pages } from './http/pages.ts';
import { requestLog } from './http/request-log.ts';
import type { Interactions } from './journey/interactions.ts';
import { createRunner } from './journey/runner.ts';
import { showActivation, submitActivation } from './links/activate.ts';
import { openLink } from './links/mail-link.ts';
import { showReset, submitReset } from './links/reset.ts';
import { steps } from './steps/index.ts';
import { upstreamRoutes } from './upstream/callback.ts';

export type AppDeps = Deps & {
  readonly interactions: Interactions;
  readonly clients: ReadonlyMap<string, Client>;
  readonly pages: Pages;
  readonly stopping: () => boolean;
};

/** Puts everything of ours before the provider's own routes. */
export function mountApp(provider: Pick<Koa, 'use'>, deps: AppDeps): void {
  const { config, random } = deps;
  provider.use(requestLog(deps));
  provider.use(securityHeaders(config));
  provider.use(browserCookie(config, random));
  provider.use(languageSwitch(config));
  provider.use(errorPages(deps));
  provider.use(notFoundPages(deps));
  provider.use(routes(deps).routes());
}

function routes(deps: AppDeps): Router {
  const router = new Router({ exclusive: true });
  const form = formParser();
  const health = healthRoutes(deps, deps.stopping);
  const front = frontPages(deps);
  const runner = createRunner(deps, steps);
  const upstream = upstreamRoutes(deps);

  router.get('/health/live', health.live);
  router.get('/health/ready', health.ready);
  router.get('/assets/:file', front.asset);
  router.get('/', front.home);
  router.get('/accessibility', front.accessibility);
  router.get('/terms/:client', front.terms);

  router.get('/interaction/:uid', runner.dispatch);
  router.get('/interaction/:uid/link-sent/opened', runner.opened);
  router.get('/interaction/:uid/:step', runner.show);
  router.post('/interaction/:uid/cancel', form, runner.cancel);
  router.post('/interaction/:uid/:step', form, runner.submit);

  router.get('/links/activate', openLink(deps, 'activate'));
  router.get('/links/activate/:id', showActivation(deps));
  router.post('/links/activate/:id', form, submitActivation(deps));
  router.get('/links/reset', openLink(deps, 'reset'));
  router.get('/links/reset/:id', showReset(deps));
  router.post('/links/reset/:id', form, submitReset(deps));

  router.get('/upstream/:broker/jwks', upstream.jwks);
  router.get('/upstream/:broker/callback', upstream.callback);
  return router;
}

/** The provider's router answers what it knows; what nobody answered gets our page. */
function notFoundPages(deps: AppDeps): Middleware {
  const { notFound } = frontPages(deps);
  return async (ctx, next) => {
    await next();
    const { status, body, method } = ctx;
    if (status === 404 && body == null && (method === 'GET' || method === 'HEAD')) notFound(ctx);
  };
}
