import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import type { Context } from 'koa';
import type { InteractionResults, Provider } from 'oidc-provider';
import { html } from '../html.ts';
import { languageOf } from '../language.ts';
import { amrOf } from './claims.ts';
import type { DialectRules } from './dialect-rules.ts';
import { brokerPage } from './layout.ts';
import { privacyPage, privacyPath } from './method-page.ts';
import { visitPage } from './pages.ts';
import { ownPerson, type TestPerson, testPersons } from './persons.ts';
import { isScenario, returnedError, type Scenario, scenarioNames } from './scenarios.ts';
import { type Switches, startPage } from './start-page.ts';
import { texts } from './texts.ts';
import { findOrOpen } from './visitors.ts';
import { methods, type Visit, type Visits } from './visits.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a form did: showed another page of the visit (nothing), or ended it with a result for the service. */
type Submitted = InteractionResults | undefined;

export type RouteParts = Readonly<{
  provider: Provider;
  visits: Visits;
  switches: Switches;
  dialect: DialectRules;
}>;

/** The person's way: one address per visit shows the page it is at; each form posts beside it and comes back by 303. */
export function createRoutes(parts: RouteParts): Router {
  const { provider, switches } = parts;
  const router = new Router();
  const body = bodyParser({ enableTypes: ['form', 'json'], formLimit: '16kb', jsonLimit: '16kb' });
  router.get('/', (ctx) => {
    ctx.type = 'html';
    ctx.body = startPage(languageOf(ctx, 'broker'), switches);
  });
  router.get(privacyPath, (ctx) => {
    ctx.type = 'html';
    ctx.body = privacyPage(languageOf(ctx, 'broker'));
  });
  router.post('/simulate', body, (ctx) => simulate(ctx, switches));
  router.get('/interaction/:uid', async (ctx) => {
    const visit = await findOrOpen(parts, ctx);
    if (!visit) return gone(ctx);
    if (visit.hinted) return redirect(ctx, await finish(provider, ctx, identifiedByHint(parts, visit, visit.hinted)));
    ctx.type = 'html';
    if (visit.fault) ctx.status = 422;
    ctx.body = visitPage(visit);
    visit.fault = null;
  });
  router.post('/interaction/:uid/:action', body, async (ctx) => {
    const visit = await findOrOpen(parts, ctx);
    const act = actions[String(ctx.params['action'])];
    if (!visit || !act) return gone(ctx);
    const result = act(visit, fieldsOf(ctx), parts);
    const next = result ? await finish(provider, ctx, result) : `/interaction/${visit.uid}`;
    redirect(ctx, next);
  });
  return router;
}

function redirect(ctx: Context, address: string): void {
  ctx.redirect(address);
  ctx.status = 303;
}

const actions: Readonly<Record<string, (visit: Visit, fields: Fields, parts: RouteParts) => Submitted>> = {
  cancel: (_visit, _fields, { dialect }) => ({ error: dialect.cancelError, error_description: 'user cancel' }),
  method(visit, { method }) {
    visit.method = methods.find(({ id }) => id === method) ?? null;
    if (visit.method) visit.page = visit.method.kind === 'mobile' ? 'phone' : 'person';
    return undefined;
  },
  phone(visit, { phone, approve }) {
    const known = typeof phone === 'string' && /^\+?[\d\s-]{6,20}$/.test(phone.trim());
    visit.fault = known ? null : 'phone';
    if (known) visit.page = approve === 'now' ? 'person' : 'approve';
    return undefined;
  },
  approve(visit) {
    if (visit.page === 'approve') visit.page = 'person';
    return undefined;
  },
  person(visit, { person, fail }, parts) {
    const chosen = testPersons.find(({ identityCode }) => identityCode === person);
    if (isScenario(fail)) return identified(parts, visit, chosen ?? testPersons[0], fail);
    if (!chosen) visit.fault = 'person';
    return chosen ? choose(parts, visit, chosen) : undefined;
  },
  own(visit, { name, code }, parts) {
    const person = ownPerson(String(name ?? ''), String(code ?? ''));
    if (!person) visit.fault = 'own';
    return person ? choose(parts, visit, person) : undefined;
  },
  accept: (visit, _fields, parts) => (visit.person ? identified(parts, visit, visit.person, null) : undefined),
};

function choose(parts: RouteParts, visit: Visit, person: TestPerson): Submitted {
  if (!visit.confirmsData) return identified(parts, visit, person, null);
  visit.person = person;
  visit.page = 'data';
  return undefined;
}

function identifiedByHint(parts: RouteParts, visit: Visit, person: TestPerson): InteractionResults {
  visit.method ??= methods[0] ?? null;
  return identified(parts, visit, person, null) ?? { error: 'server_error' };
}

/** Ends the visit as this person, in the way to fail that was chosen on the page, else in the one of the switch. */
function identified(
  { visits, switches, dialect }: RouteParts,
  visit: Visit,
  person: TestPerson | undefined,
  chosen: Scenario | null,
): Submitted {
  const scenario = chosen ?? switches.scenario;
  const error = scenario && returnedError(scenario);
  if (error) return { error, error_description: String(scenario) };
  // A form posted before its page: the person has not come through a method yet.
  if (!person || !visit.method) return undefined;
  const subject = visits.identify(visit, person, scenario);
  const ts = Math.floor(Date.now() / 1000);
  const acr = dialect.levels?.[visit.high ? 1 : 0];
  const amr = amrOf(dialect, subject);
  return {
    login: { accountId: subject.accountId, ...(acr && { acr }), ...(amr.length > 0 && { amr }), remember: false, ts },
  };
}

async function finish(provider: Provider, ctx: Context, result: InteractionResults): Promise<string> {
  return provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
}

/** Turns what the form or JSON object names; everything else stays as it is. */
function simulate(ctx: Context, switches: Switches): void {
  const { scenario, ...rest } = fieldsOf(ctx);
  const off = scenario === null || scenario === '' || scenario === 'null';
  if (scenario !== undefined && !off && !isScenario(scenario)) {
    ctx.status = 400;
    ctx.body = `unknown scenario; known: ${scenarioNames.join(', ')}`;
    return;
  }
  if (scenario !== undefined) switches.scenario = isScenario(scenario) ? scenario : null;
  for (const name of ['outage', 'dataPage', 'disturbance'] as const) {
    const value = rest[name];
    if (value !== undefined) switches[name] = value === true || value === 'true';
  }
  if (ctx.is('json')) ctx.body = switches;
  else redirect(ctx, '/');
}

function gone(ctx: Context): void {
  const language = languageOf(ctx, 'broker');
  const text = texts[language];
  ctx.status = 400;
  ctx.type = 'html';
  ctx.body = brokerPage({ language, title: text.goneTitle, path: null, body: html`<p>${text.goneIntro}</p>` });
}

function fieldsOf(ctx: Context): Fields {
  const { body } = ctx.request as { body?: unknown };
  // A form or a JSON object; anything else has no fields.
  return typeof body === 'object' && body !== null ? (body as Fields) : {};
}
