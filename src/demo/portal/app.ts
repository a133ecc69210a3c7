import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import type Koa from 'koa';
import type { Context } from 'koa';
import * as client from 'openid-client';
import { createSite, fromAnotherOrigin } from '../site.ts';
import { createBackChannelLogout } from './back-channel-logout.ts';
import { createExpiringMap } from './expiring-map.ts';
import { finishSignIn, protocolError } from './finish.ts';
import { failedPage, signedInPage, unavailablePage, welcomePage } from './pages.ts';
import type { Portal } from './portal.ts';
import { createRelyingParty } from './relying-party.ts';
import { sessionFrom, sessionTtlSeconds } from './session.ts';
import type { PortalSettings } from './settings.ts';
import { type StartedSignIn, startedTtlSeconds, startSignIn } from './start.ts';
import { browserOf, forgetSession, frameOf, languageAt, replaceSession, sessionIdOf } from './visitor.ts';

/** One portal's pages; everything it remembers lives in this process. `now` in epoch milliseconds. */
export function createPortalApp(settings: PortalSettings, now: () => number): Koa {
  const portal: Portal = {
    settings,
    relyingParty: createRelyingParty(settings),
    sessions: createExpiringMap(sessionTtlSeconds, 2_000, now),
    started: createExpiringMap(startedTtlSeconds, 5_000, now),
  };
  const app = createSite('same-origin');
  app.use(async (ctx, next) => {
    // Our forms only; Avain's server itself, which sends no such headers, calls /backchannel-logout.
    const foreign = fromAnotherOrigin((header) => ctx.get(header), settings.address.origin);
    if (ctx.method === 'POST' && ctx.path !== '/backchannel-logout' && foreign) ctx.throw(403);
    await next();
  });
  app.use(bodyParser({ enableTypes: ['form'], formLimit: '16kb' }));
  const router = new Router();
  router.get('/', (ctx) => showFrontPage(portal, ctx));
  router.get('/session.json', (ctx) => showSession(portal, ctx));
  router.get('/login', (ctx) => start(portal, ctx, '/login'));
  router.get('/vahva', (ctx) => start(portal, ctx, '/vahva'));
  router.get('/callback', (ctx) => finish(portal, ctx));
  router.post('/refresh', (ctx) => refresh(portal, ctx));
  router.post('/logout', (ctx) => signOut(portal, ctx));
  router.post('/backchannel-logout', createBackChannelLogout(portal, now));
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}

function showFrontPage({ settings, sessions }: Portal, ctx: Context): void {
  const session = sessions.get(sessionIdOf(settings, ctx));
  const result = typeof ctx.query['refresh'] === 'string' ? ctx.query['refresh'].slice(0, 60) : undefined;
  const frame = frameOf(settings, ctx);
  ctx.body = session === undefined ? welcomePage(frame) : signedInPage(frame, session, result);
}

function showSession({ settings, sessions }: Portal, ctx: Context): void {
  const session = sessions.get(sessionIdOf(settings, ctx));
  ctx.status = session === undefined ? 401 : 200;
  ctx.body = session === undefined ? {} : { claims: session.claims, userinfo: session.userinfo };
}

async function start(portal: Portal, ctx: Context, startedBy: StartedSignIn['startedBy']): Promise<void> {
  const { settings, relyingParty, started } = portal;
  await orUnavailable(portal, ctx, async () => {
    const browser = browserOf(settings, ctx);
    const language = languageAt(settings, ctx);
    const request = { browser, language, startedBy, query: ctx.query };
    const address = await startSignIn(await relyingParty(), settings, started, request);
    seeOther(ctx, address.href);
  });
}

async function finish(portal: Portal, ctx: Context): Promise<void> {
  const { settings, relyingParty, sessions, started } = portal;
  await orUnavailable(portal, ctx, async () => {
    const callback = new URL(ctx.originalUrl, settings.address.origin);
    const finished = await finishSignIn(await relyingParty(), callback, browserOf(settings, ctx), started);
    if (finished.outcome === 'signed-in') {
      replaceSession(portal, ctx, finished.session);
      seeOther(ctx, '/');
    } else if (finished.error === 'unknown_state' && sessions.get(sessionIdOf(settings, ctx)) !== undefined) {
      // Reloading the callback, or coming back to it, after it did its work.
      seeOther(ctx, '/');
    } else {
      ctx.status = 400;
      ctx.body = failedPage(frameOf(settings, ctx), finished.error, finished.description, finished.tryAgain);
    }
  });
}

async function refresh(portal: Portal, ctx: Context): Promise<void> {
  const { settings, relyingParty, sessions } = portal;
  const id = sessionIdOf(settings, ctx);
  const session = sessions.get(id);
  if (session?.refreshToken === undefined) return seeOther(ctx, '/');
  const { refreshToken } = session;
  await orUnavailable(portal, ctx, async () => {
    try {
      const configuration = await relyingParty();
      const tokens = await client.refreshTokenGrant(configuration, refreshToken);
      const userinfo = await client.fetchUserInfo(configuration, tokens.access_token, session.claims.sub);
      sessions.set(id, sessionFrom(tokens, tokens.claims() ?? session.claims, userinfo, session));
      seeOther(ctx, '/?refresh=ok');
    } catch (error) {
      seeOther(ctx, `/?refresh=${encodeURIComponent(protocolError(error).code)}`);
    }
  });
}

/** The portal's own session ends first, so that it ends even if Avain is down or the person stays signed in there. */
async function signOut(portal: Portal, ctx: Context): Promise<void> {
  const { settings, relyingParty } = portal;
  const session = forgetSession(portal, ctx);
  if (session === undefined) return seeOther(ctx, '/');
  await orUnavailable(portal, ctx, async () => {
    const parameters = {
      id_token_hint: session.idToken,
      post_logout_redirect_uri: `${settings.address.origin}/`,
      ui_locales: languageAt(settings, ctx),
    };
    seeOther(ctx, client.buildEndSessionUrl(await relyingParty(), parameters).href);
  });
}

async function orUnavailable({ settings }: Portal, ctx: Context, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(`${settings.clientId}: Avain at ${settings.issuer.href} does not answer as it should:`, error);
    ctx.status = 503;
    ctx.body = unavailablePage(frameOf(settings, ctx));
  }
}

function seeOther(ctx: Context, address: string): void {
  ctx.redirect(address);
  ctx.status = 303;
}
