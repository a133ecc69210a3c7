import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import type Koa from 'koa';
import { languageOf } from '../language.ts';
import { personas } from '../personas.ts';
import type { DemoAddresses } from '../ports.ts';
import { createSite, fromAnotherOrigin } from '../site.ts';
import { type SwitchResult, startPage } from './page.ts';

/** The start page and the same table of personas as JSON (a contract: these five keys, in this order of persons). */
export function createStartPageApp(addresses: DemoAddresses): Koa {
  const app = createSite('same-origin');
  app.use(bodyParser({ enableTypes: ['form'], formLimit: '4kb' }));
  const router = new Router();
  router.get('/', (ctx) => {
    const switched = ctx.query['switch'];
    const result: SwitchResult = switched === 'done' || switched === 'failed' ? switched : undefined;
    ctx.body = startPage(languageOf(ctx, 'start'), addresses, result);
  });
  router.get('/personas.json', (ctx) => {
    ctx.body = personas.map(({ key, email, password, identityCode, shows }) => {
      return { key, email, password, identityCode, shows };
    });
  });
  router.post('/broker', async (ctx) => {
    if (fromAnotherOrigin((header) => ctx.get(header), addresses.startPage.origin)) ctx.throw(403);
    const form = ctx.request.body as Readonly<Record<string, unknown>> | undefined; // a parsed form: unknown fields
    const turned = await turnSwitch(addresses.broker.origin, form ?? {});
    ctx.redirect(`/?switch=${turned ? 'done' : 'failed'}`);
    ctx.status = 303;
  });
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}

const timeoutMs = 3_000;

/** Asks the broker itself: a form of this page posted there would rightly be refused as foreign. */
async function turnSwitch(broker: string, form: Readonly<Record<string, unknown>>): Promise<boolean> {
  const name = ['outage', 'dataPage'].find((each) => form[each] !== undefined);
  if (name === undefined) return false;
  try {
    const answer = await fetch(`${broker}/simulate`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ [name]: form[name] === 'true' }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return answer.ok;
  } catch {
    return false;
  }
}
