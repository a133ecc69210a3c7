import type { RequestListener } from 'node:http';
import type Koa from 'koa';
import { html } from '../html.ts';
import { languageOf } from '../language.ts';
import { createSite, fromAnotherOrigin } from '../site.ts';
import { loadOrCreateKeys } from './keys.ts';
import { brokerPage, brokerStylesheet, brokerStylesheetPath } from './layout.ts';
import { createProvider } from './provider.ts';
import { createRoutes } from './routes.ts';
import type { BrokerSettings } from './settings.ts';
import type { Switches } from './start-page.ts';
import { texts } from './texts.ts';
import { createVisits } from './visits.ts';

/** The whole program as a request listener: own pages first, then oidc-provider. */
export async function createBrokerApp(settings: BrokerSettings): Promise<RequestListener> {
  const visits = createVisits();
  const switches: Switches = { outage: false, dataPage: false, disturbance: false, scenario: null };
  const provider = createProvider({
    settings,
    keys: await loadOrCreateKeys(settings.keysFile),
    visits,
    switches,
  });
  const site = createSite('same-origin');
  site.use(refuseOtherOrigins(settings));
  site.use(outage(switches));
  site.use(createRoutes({ provider, visits, switches, dialect: settings.dialect }).routes());
  const openIdConnect = provider.callback();
  site.use(async (ctx) => {
    forgetSignIns(ctx);
    ctx.respond = false;
    await openIdConnect(ctx.req, ctx.res);
  });
  return site.callback();
}

function refuseOtherOrigins({ address, dialect }: BrokerSettings): Koa.Middleware {
  const { token, pushed, userinfo } = dialect.paths;
  const called: readonly unknown[] = [token, pushed, userinfo];
  return async (ctx, next) => {
    if (ctx.path === brokerStylesheetPath) {
      ctx.type = 'css';
      ctx.body = brokerStylesheet;
      return;
    }
    // Endpoints are called by servers; the pages' forms only by the pages.
    const ownForm = ctx.method === 'POST' && !called.includes(ctx.path);
    if (ownForm && fromAnotherOrigin((header) => ctx.get(header), address.origin)) ctx.throw(403);
    await next();
  };
}

function outage(switches: Switches): Koa.Middleware {
  return async (ctx, next) => {
    if (!switches.outage || ctx.path === '/' || ctx.path === '/simulate') return next();
    const language = languageOf(ctx, 'broker');
    const text = texts[language];
    ctx.status = 503;
    ctx.type = 'html';
    ctx.body = brokerPage({ language, title: text.outageOn, path: null, body: html`<p>${text.outageOff}</p>` });
  };
}

/** No single sign-on: each identification starts from nothing, so the library never sees the session of an earlier one. */
function forgetSignIns(ctx: Koa.Context): void {
  const { cookie } = ctx.req.headers;
  if (cookie === undefined) return;
  ctx.req.headers.cookie = cookie
    .split(';')
    .filter((each) => !each.trim().startsWith('demotunnistus_') || !each.includes('_session'))
    .join(';');
}
