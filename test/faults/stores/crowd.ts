/** People and clients that go on signing in, signing up and refreshing whatever happens, and tell what they were told. */
import { setTimeout as sleep } from 'node:timers/promises';
import { climbOn, newPerson, type Person } from '../../support/people.ts';
import type { Site } from '../../support/start-world.ts';
import {
  authorization,
  goodPassword,
  identify,
  linkMailedTo,
  noListener,
  redeem,
  signInWithPassword,
  stepOf,
} from '../../support/stories.ts';
import { type Answer, createVisitor, type Visitor } from '../../support/visitor.ts';
import { type Journey, type Told, win } from './told.ts';
import type { Watch } from './watch.ts';

/** Somebody with an account and a browser that is known there; `watched` by whom it is told to be. */
export type Resident = { readonly person: Person; readonly visitor: Visitor; watched(by: Watch): void };

export type Tokens = { readonly access_token: string; readonly refresh_token: string };

/** After a refusal people read the page before they try again. */
const afterProblemMs = 100;
const refreshes = 2;

export class Problem extends Error {}

function newVisitor(first: Watch): Pick<Resident, 'visitor' | 'watched'> {
  let watch = first;
  const visitor = createVisitor({}, (...asked) => watch.ask(...asked));
  visitor.unvisited.add(noListener);
  return {
    visitor,
    watched: (by) => {
      watch = by;
    },
  };
}

function expectPage(page: Answer, ...steps: string[]): Answer {
  const where = page.url.origin === noListener ? 'callback' : stepOf(page);
  if (page.status < 400 && steps.includes(where)) return page;
  throw new Problem(`${page.status} at ${where}, not at ${steps.join(' or ')}`);
}

/** Signs up to the end of the ladder; each stage is written down when its answer has arrived. */
export async function signUpAndTell(site: Site, watch: Watch, told: Told): Promise<Resident> {
  const { visitor, watched } = newVisitor(watch);
  const person = newPerson('crowd');
  const signIn = expectPage(await visitor.get(authorization(site).url), 'sign-in');
  const form = await visitor.get(new URL(signIn.url.pathname.replace(/sign-in$/, 'sign-up'), signIn.url));
  expectPage(await visitor.submit(expectPage(form, 'sign-up'), { email: person.email }), 'link-sent');
  const activation = await visitor.get(await linkMailedTo(site, person.email, 'activate'));
  if (activation.status !== 200) throw new Problem(`${activation.status} at the link`);
  const strongAuth = expectPage(await visitor.submit(activation, { password: goodPassword }), 'strong-auth');
  told.created.push(person.email);
  const walk = { person: person.identityCode, name: person.name };
  const linking = expectPage(await identify(visitor, strongAuth, walk), 'link-eid');
  const terms = expectPage(await visitor.submit(linking, { answer: 'yes' }), 'terms');
  told.linked.push(person.email);
  const welcome = expectPage(await visitor.submit(terms, { answer: 'accept' }), 'welcome');
  told.accepted.push(person.email);
  expectPage(await climbOn(visitor, welcome), 'callback');
  return { person, visitor, watched };
}

/** A code that a client was given and has not redeemed yet. */
export type Holding = { readonly code: string; redeem(): Promise<Response> };

/** The password again, up to the client's callback. */
export async function codeFor(site: Site, watch: Watch, resident: Resident): Promise<Holding> {
  const { person, visitor } = resident;
  resident.watched(watch);
  const request = authorization(site, {
    client_id: 'test-public',
    scope: 'openid email offline_access',
    prompt: 'login',
  });
  const first = expectPage(await visitor.get(request.url), 'sign-in');
  const end = expectPage(await climbOn(visitor, await signInWithPassword(visitor, first, person.email)), 'callback');
  const code = end.url.searchParams.get('code');
  if (code === null) throw new Problem(`no code: ${end.url.searchParams.get('error')}`);
  return { code, redeem: () => redeem(site, request, end.url, watch.ask) };
}

/** A sign-in whose code is redeemed by `times` requests at once, of which one may win. */
export async function signInAndTell(
  site: Site,
  watch: Watch,
  told: Told,
  resident: Resident,
  times = 1,
): Promise<Tokens> {
  const { code, redeem: once } = await codeFor(site, watch, resident);
  const answers = await Promise.allSettled(Array.from({ length: times }, once));
  const won = answers.flatMap((answer) => (answer.status === 'fulfilled' && answer.value.ok ? [answer.value] : []));
  for (const _ of won) win(told, code);
  if (won[0] === undefined) throw new Problem('no tokens');
  return (await won[0].json()) as Tokens;
}

export async function refresh(site: Site, ask: typeof fetch, token: string): Promise<Response> {
  const body = { grant_type: 'refresh_token', client_id: 'test-public', refresh_token: token };
  return ask(new URL('/token', site.issuer), { method: 'POST', body: new URLSearchParams(body) });
}

/** Rotates some times; the last token given is held. A token whose use was not answered is nobody's any more. */
async function refreshAndTell(site: Site, { ask }: Watch, told: Told, first: string): Promise<void> {
  let token = first;
  for (let count = 0; count < refreshes; count += 1) {
    told.held.delete(token);
    const answer = await refresh(site, ask, token);
    if (!answer.ok) throw new Problem(`${answer.status} at /token`);
    win(told, token);
    token = ((await answer.json()) as Tokens).refresh_token;
    told.held.add(token);
  }
}

async function tell(told: Told, what: Journey['what'], journey: () => Promise<unknown>): Promise<boolean> {
  const startedAt = performance.now();
  const problem = await journey().then(
    () => null,
    (error: unknown) => (error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)),
  );
  told.journeys.push({ what, startedAt, endedAt: performance.now(), problem });
  return problem === null;
}

export type Crowd = { readonly told: Told; leave(): Promise<void> };

/**
 * Each resident signs in again and again; others sign up. The first resident's client redeems each code twice at once,
 * and so loses the tokens (RFC 6749 4.1.2); the others' clients refresh.
 */
export function startCrowd(site: Site, watch: Watch, told: Told, residents: readonly Resident[], newcomers = 1): Crowd {
  let here = true;
  const going = async (turn: () => Promise<boolean>): Promise<void> => {
    while (here) if (!(await turn())) await sleep(afterProblemMs);
  };
  const careless = (resident: Resident) => () =>
    tell(told, 'sign-in', () => signInAndTell(site, watch, told, resident, 2));
  const careful = (resident: Resident) => async () => {
    let token: string | undefined;
    const done = await tell(told, 'sign-in', async () => {
      token = (await signInAndTell(site, watch, told, resident)).refresh_token;
      told.held.add(token);
    });
    return token === undefined ? done : tell(told, 'refresh', () => refreshAndTell(site, watch, told, token ?? ''));
  };
  const people = [
    ...residents.map((resident, index) => going(index === 0 ? careless(resident) : careful(resident))),
    ...Array.from({ length: newcomers }, () =>
      going(() => tell(told, 'sign-up', () => signUpAndTell(site, watch, told))),
    ),
  ];
  return {
    told,
    leave: async () => {
      here = false;
      await Promise.all(people);
    },
  };
}
