/** How each fault of hostile.ts is committed at a page; every one gives the answers that the fault got. */
import type { World } from '../support/start-world.ts';
import { authorization, noListener } from '../support/stories.ts';
import { type Answer, createVisitor, formsOf } from '../support/visitor.ts';
import { cookieHeader, type Sent, send, urlencoded } from '../support/wire.ts';
import type { FaultName } from './hostile.ts';
import type { Place } from './hostile-pages.ts';

export type Stage = { readonly world: World; readonly place: Place };
type Fault = (stage: Stage) => Promise<readonly Answer[]>;

const storm = 100;
const atOnce = 10;
const evil = 'https://evil.example';

/** Who has no form of ours to send sends the one everybody knows. */
const fieldsOf = ({ place }: Stage): Record<string, string> => ({ csrf: 'x', ...place.form?.fields });
const targetOf = ({ place }: Stage): URL => new URL(place.form?.action ?? place.page.url, place.page.url);

function post(stage: Stage, fields: Readonly<Record<string, string>>, sent: Sent = {}): Promise<Answer> {
  const body = sent.body ?? new URLSearchParams(fields).toString();
  const headers = { ...urlencoded, ...sent.headers };
  return send(stage.place.visitor, targetOf(stage), { ...sent, method: 'POST', headers, body });
}

const withToken =
  (token: (stage: Stage) => Promise<string>): Fault =>
  async (stage) => [await post(stage, { ...fieldsOf(stage), [stage.place.token]: await token(stage) })];

const withHeaders =
  (headers: Readonly<Record<string, string>>): Fault =>
  async (stage) => [await post(stage, fieldsOf(stage), { headers })];

const withBody =
  (headers: Readonly<Record<string, string>>, body: (form: string) => string): Fault =>
  async (stage) => [await post(stage, {}, { headers, body: body(new URLSearchParams(fieldsOf(stage)).toString()) })];

const withMethod =
  (method: string): Fault =>
  async (stage) => {
    const { visitor, page } = stage.place;
    const body = method === 'PUT' ? new URLSearchParams(fieldsOf(stage)).toString() : undefined;
    return [await send(visitor, page.url, { method, headers: urlencoded, body })];
  };

async function tokenElsewhere(world: World, visitor: Place['visitor']): Promise<string> {
  const other = await visitor.get(authorization(world, { prompt: 'login' }).url);
  return formsOf(other)[0]?.fields.csrf ?? 'none';
}

async function stormed(stage: Stage, method: 'GET' | 'HEAD'): Promise<Answer[]> {
  const { visitor, page } = stage.place;
  const answers: Answer[] = [];
  for (let sent = 0; sent < storm; sent += atOnce) {
    answers.push(...(await Promise.all(Array.from({ length: atOnce }, () => send(visitor, page.url, { method })))));
  }
  return answers;
}

/** GET and POST of another step of the same journey, with this journey's own token. */
const otherStep =
  (step: string, fields: Readonly<Record<string, string>>): Fault =>
  async (stage) => {
    const { visitor, page, form } = stage.place;
    const address = new URL(page.url.pathname.replace(/[^/]+$/, step), page.url);
    const body = new URLSearchParams({ csrf: form?.fields.csrf ?? '', ...fields }).toString();
    return [await send(visitor, address), await send(visitor, address, { method: 'POST', headers: urlencoded, body })];
  };

/** The page and its form, asked for by somebody with other cookies. */
async function withCookies(stage: Stage, cookie: string): Promise<Answer[]> {
  const { visitor, page, form } = stage.place;
  const stranger = createVisitor();
  const get = await send(stranger, page.url, { cookie });
  if (form === null) return [get];
  const body = new URLSearchParams(form.fields).toString();
  return [get, await send(visitor, targetOf(stage), { method: 'POST', headers: urlencoded, body, cookie })];
}

async function stranger(world: World) {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return { visitor, page: await visitor.get(authorization(world).url) };
}

const field = (stage: Stage): string => Object.keys(fieldsOf(stage)).at(-1) ?? 'csrf';

export const faults: Readonly<Record<FaultName, Fault>> = {
  'csrf-missing': async (stage) => {
    const { [stage.place.token]: _token, ...fields } = fieldsOf(stage);
    return [await post(stage, { ...fields, filler: '1' })];
  },
  'csrf-forged': withToken(async () => 'A'.repeat(43)),
  'csrf-of-another-interaction': withToken(({ world, place }) => tokenElsewhere(world, place.visitor)),
  'csrf-of-another-browser': withToken(({ world }) => tokenElsewhere(world, createVisitor())),
  'origin-foreign': withHeaders({ origin: evil }),
  'origin-null': withHeaders({ origin: 'null' }),
  'fetch-site-cross': withHeaders({ 'sec-fetch-site': 'cross-site' }),
  // Another port of the same host: the same site, and still not us.
  'fetch-site-same-site': withHeaders({ 'sec-fetch-site': 'same-site' }),
  'body-oversize': withBody({}, (form) => `${form}&filler=${'x'.repeat(60_000)}`),
  'body-json': withBody({ 'content-type': 'application/json' }, () => '{"email":"a@oma.example"}'),
  'body-multipart': withBody({ 'content-type': 'multipart/form-data; boundary=x' }, () => '--x--'),
  'body-text': withBody({ 'content-type': 'text/plain' }, (form) => form),
  'body-lying-encoding': withBody({ 'content-encoding': 'gzip' }, (form) => form),
  'field-duplicate': async (stage) => {
    const form = new URLSearchParams(fieldsOf(stage));
    form.append(field(stage), 'again');
    return [await post(stage, {}, { body: form.toString() })];
  },
  'field-array': async (stage) => {
    const form = new URLSearchParams(fieldsOf(stage));
    form.append('list[]', 'a');
    return [await post(stage, {}, { body: form.toString() })];
  },
  'field-object': async (stage) => {
    const form = new URLSearchParams(fieldsOf(stage));
    form.append('constructor[prototype][admin]', 'a');
    form.append('map[a]', 'b');
    return [await post(stage, {}, { body: form.toString() })];
  },
  'field-control-character': async (stage) => [await post(stage, { ...fieldsOf(stage), filler: 'a\u0000b' })],
  'field-missing': async (stage) => {
    const { csrf = '', xsrf = '' } = fieldsOf(stage);
    return [await post(stage, stage.place.token === 'csrf' ? { csrf } : { xsrf })];
  },
  head: async ({ place }) => [await send(place.visitor, place.page.url, { method: 'HEAD' })],
  'head-storm': (stage) => stormed(stage, 'HEAD'),
  'get-storm': (stage) => stormed(stage, 'GET'),
  put: withMethod('PUT'),
  delete: withMethod('DELETE'),
  'jump-ahead': otherStep('welcome', {}),
  'stale-step': otherStep('account-closed', { action: 'other-account' }),
  'no-cookies': (stage) => withCookies(stage, ''),
  'another-browser': async (stage) => {
    const { visitor } = await stranger(stage.world);
    return withCookies(stage, cookieHeader(visitor, stage.place.page.url));
  },
  'cookie-of-another-interaction': async (stage) => {
    const { visitor, page } = await stranger(stage.world);
    return withCookies(stage, cookieHeader(visitor, page.url));
  },
  /** The interaction's or link's own cookie in the hands of somebody with another browser cookie. */
  'stolen-cookie': async (stage) => {
    const { visitor } = await stranger(stage.world);
    const own = cookieHeader(visitor, stage.world.issuer);
    const victims = stage.place.visitor.cookiesFor(stage.place.page.url);
    const stolen = Object.entries(victims).filter(([name]) => /^avain_(interaction|link)/.test(name));
    return withCookies(stage, [own, ...stolen.map(([name, value]) => `${name}=${value}`)].join('; '));
  },
};

/** Two submissions of the right answer at the same moment, then the same once more, then the page in another tab. */
export async function submitTwice({ place }: Stage): Promise<{ both: Answer[]; again: Answer; tab: Answer }> {
  const { visitor, page, form } = place;
  if (form === null) throw new Error('no form to submit');
  const address = new URL(form.action, page.url);
  const both = await Promise.all([visitor.post(address, form.fields), visitor.post(address, form.fields)]);
  return { both, again: await visitor.post(address, form.fields), tab: await visitor.get(page.url) };
}
