/** The table of contents at run time: middleware and routes in their order, all in the one Koa app that the Provider is. */
import Router, { type RouterMiddleware } from '@koa/router';
import type Koa from 'koa';
import type { Middleware } from 'koa';
import type { FindAdminToken } from './admin/http/actor.ts';
import { adminApi } from './admin/http/api.ts';
import type { AdminDeps } from './admin/operation.ts';
import { adminPageRoutes } from './admin/pages/routes.ts';
import { adminApiPath } from './config/client-admin-schema.ts';
import type { Deps } from './deps.ts';
import { RequestRefused } from './errors.ts';
import { browserCookie } from './http/browser.ts';
import { refuseForeignPosts } from './http/csrf.ts';
import { errorPages } from './http/error-page.ts';
import { exactPaths } from './http/exact-path.ts';
import { feedbackPages } from './http/feedback.ts';
import { formParser } from './http/form.ts';
import { frontPages } from './http/front-pages.ts';
import { headTouchesNothing } from './http/head.ts';
import { securityHeaders } from './http/headers.ts';
import { healthRoutes } from './http/health.ts';
import { languageSwitch } from './http/language-switch.ts';
import { ownPath } from './http/own-path.ts';
import type { Pages } from './http/pages.ts';
import { refuseMethod } from './http/program-methods.ts';
import { pinPublicAddress } from './http/public-address.ts';
import { requestLog } from './http/request-log.ts';
import { statementPages } from './http/statements.ts';
import { statusPage } from './http/status-page.ts';
import { createRecentRequests, type RecentRequests } from './integrator/recent-requests.ts';
import { integratorRoutes } from './integrator/routes.ts';
import { watchRequests } from './integrator/watch.ts';
import type { Interactions } from './journey/interactions.ts';
import { createRunner } from './journey/runner.ts';
import { linkRoutes } from './links/routes.ts';
import { guardDeviceCodes } from './provider/device-guard.ts';
import { postedAuthorization, unlessPosted } from './provider/posted-authorization.ts';
import { resumeOnlyHere } from './provider/resume-guard.ts';
import { askAtSignOut, forgetProofsAtSignOut } from './provider/sign-out.ts';
import { accountRoutes } from './self-service/routes.ts';
import { staffRoutes } from './staff/routes.ts';
import { steps } from './steps/index.ts';
import { brokerCallback } from './upstream/callback.ts';
import { publishedKeyRoutes } from './upstream/published-keys.ts';

export type AppDeps = Deps & {
  readonly findAdminToken: FindAdminToken;
  readonly clientsInForce: AdminDeps['clientsInForce'];
  readonly interactions: Interactions;
  readonly pages: Pages;
  readonly traced: Middleware;
  readonly stopping: () => boolean;
};

/** Addresses of the provider that programs call: no cookie, language or page of ours is any business of theirs. */
const forPrograms = new Set([
  '/token',
  '/token/introspection',
  '/token/revocation',
  '/request',
  '/reg',
  '/me',
  '/jwks',
  '/device/auth',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
]);

const isForPrograms = (path: string): boolean =>
  forPrograms.has(path) || [`${adminApiPath}/`, '/reg/'].some((beginning) => path.startsWith(beginning));

function forPeople<Ctx extends { readonly path: string }, Next extends () => unknown>(
  middleware: (ctx: Ctx, next: Next) => unknown,
) {
  return (ctx: Ctx, next: Next) => (isForPrograms(ctx.path) ? next() : middleware(ctx, next));
}

const hungUp = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** Puts everything of ours before the provider's own routes. */
export function mountApp(provider: Pick<Koa, 'use' | 'request' | 'on'>, deps: AppDeps): void {
  const { config, random, log } = deps;
  // What no middleware can answer any more; Koa would print it past the log. That a client hung up is no fault of ours.
  provider.on('error', (err: NodeJS.ErrnoException) =>
    hungUp.has(err.code ?? '')
      ? log.debug({ code: err.code }, 'answer not delivered')
      : log.error({ err }, 'answer not delivered'),
  );
  pinPublicAddress(provider, config);
  provider.use(requestLog(deps));
  provider.use(deps.traced);
  provider.use(securityHeaders(config));
  // For those who develop a client; elsewhere its pages are not even there.
  const recent = config.profile === 'development' ? createRecentRequests() : null;
  if (recent) watchRequests(provider, deps, recent);
  provider.use(forPeople(unlessPosted(browserCookie(config, random))));
  provider.use(forPeople(languageSwitch(config)));
  provider.use(errorPages(deps));
  provider.use(postedAuthorization());
  provider.use(notFoundPages(deps));
  provider.use(exactPaths);
  provider.use((_ctx, next) => deps.storage.bounded(next));
  provider.use(adminApi({ ...deps, ...deps.interactions }));
  provider.use(forPeople(resumeOnlyHere(deps)));
  provider.use(forPeople(askAtSignOut(deps)));
  provider.use(forPeople(forgetProofsAtSignOut(deps)));
  provider.use(
    forPeople(
      refuseForeignPosts(
        config,
        new Map([
          ['/session/end/confirm', '/session/end'],
          ['/device', '/device'],
        ]),
      ),
    ),
  );
  provider.use(forPeople(headTouchesNothing));
  provider.use(forPeople(guardDeviceCodes(deps)));
  provider.use(forPeople(wrongMethods()));
  provider.use(forPeople(routes(deps, recent).routes()));
}

function routes(deps: AppDeps, recent: RecentRequests | null): Router {
  const router = new Router({ exclusive: true });
  const form = formParser();
  const health = healthRoutes(deps, deps.stopping);
  const front = frontPages(deps);
  const statements = statementPages(deps);
  const feedback = feedbackPages(deps);
  const ownKeys = publishedKeyRoutes(deps);

  router.get('/health/live', health.live);
  router.get('/health/ready', health.ready);
  router.get('/assets/:file', front.asset);
  router.get('/', front.home);
  router.get('/accessibility', feedback.accessibility);
  router.post('/accessibility', form, feedback.sendFeedback);
  router.get('/accessibility/:client', feedback.accessibility);
  router.post('/accessibility/:client', form, feedback.sendFeedback);
  router.get('/privacy', statements.privacy);
  router.get('/privacy/:client', statements.privacy);
  router.get('/status', statusPage(deps));
  router.get('/cookies', statements.cookies);
  router.get('/cookies/:client', statements.cookies);
  router.get('/terms/:client', front.terms);
  router.get('/terms/:client/:version', front.terms);

  interactionRoutes(router, deps, form);
  linkRoutes(router, deps, form);

  if (recent) integratorRoutes(router, deps, recent);
  accountRoutes(router, deps, form);
  staffRoutes(router, deps, form);
  adminPageRoutes(router, { ...deps, ...deps.interactions }, form);

  router.get('/upstream/:broker/jwks', ownKeys.jwks);
  router.get('/upstream/:broker/signed-jwks', ownKeys.signedJwks);
  router.get('/upstream/:broker/entity-statement', ownKeys.entityStatement);
  router.get('/upstream/:broker/callback', brokerCallback(deps));
  return router;
}

/** The pages of a sign-in: the dispatcher, the steps of the ladder, the way out. */
function interactionRoutes(router: Router, deps: AppDeps, form: Middleware): void {
  const runner = createRunner(deps, steps);
  router.get('/interaction/:uid', runner.dispatch);
  router.get('/interaction/:uid/link-sent/opened', runner.opened);
  router.get('/interaction/:uid/:step', runner.show);
  router.get('/interaction/:uid/passkey/options', runner.passkey);
  router.post('/interaction/:uid/:step', form, runner.submit);
  // After the general one: of several routes that match, an exclusive router takes the last.
  router.post('/interaction/:uid/cancel', form, runner.cancel);
}

/** The provider's router answers what it knows; what nobody answered gets our page, or is told a better method. */
function notFoundPages(deps: AppDeps): Middleware {
  const { notFound } = frontPages(deps);
  return async (ctx, next) => {
    await next();
    if (ctx.status !== 404 || ctx.body != null) return;
    if (!forPrograms.has(ctx.path) || !refuseMethod(ctx)) notFound(ctx);
  };
}

/** A page of ours asked for by a method it does not have: says so, and leads back to the page (RFC 9110 15.5.6). */
function wrongMethods(): RouterMiddleware {
  const texts = { title: 'page.method-title', body: 'page.method-body' } as const;
  return async (ctx, next) => {
    await next();
    const allowed = new Set((ctx.matched ?? []).flatMap(({ methods }) => methods));
    if (ctx.status !== 404 || ctx.body != null || allowed.size === 0 || allowed.has(ctx.method)) return;
    ctx.set('Allow', [...allowed].join(', '));
    // An address that lives by its query (a link's token, a broker's answer) is no way on without it.
    const back = ctx.querystring === '' ? { href: ownPath(ctx), text: { key: 'page.try-again' } as const } : null;
    throw new RequestRefused(405, 'method', texts, back);
  };
}
