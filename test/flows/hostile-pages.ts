/** How a person gets to each page of hostile.ts, and the answer that would be right there. */
import { randomBytes } from 'node:crypto';
import type { LinkPurpose } from '../../src/storage/rows.ts';
import { runAvain } from '../cli/avain.ts';
import { appCode, userWithApp } from '../support/factors.ts';
import { keep, signUpAgain, user } from '../support/keeping.ts';
import { askAddress, askDeletion } from '../support/leaving.ts';
import { newPerson, type Person } from '../support/people.ts';
import { askNewMailbox, find, loseMailbox } from '../support/recovering.ts';
import type { World } from '../support/start-world.ts';
import {
  authorization,
  codeMailedTo,
  goodPassword,
  identify,
  linkMailedTo,
  mailsTo,
  noListener,
  signInWithPassword,
  signUp,
} from '../support/stories.ts';
import { type Answer, createVisitor, type Form, formsOf, type Visitor } from '../support/visitor.ts';
import type { PageName } from './hostile.ts';

export type Place = {
  readonly visitor: Visitor;
  readonly page: Answer;
  /** The page's own form with the right answer filled in; null = it has none. */
  readonly form: Form | null;
  /** Name of the field that carries the form's token. */
  readonly token: 'csrf' | 'xsrf';
};

type Arrived = { readonly page: Answer; readonly fields?: Readonly<Record<string, string>>; readonly form?: string };
type Way = (world: World, visitor: Visitor) => Promise<Arrived>;

const newPassword = 'Uusi#Salasana77';
const begin = (world: World, visitor: Visitor, params: Record<string, string> = {}) =>
  visitor.get(authorization(world, params).url);
const door = (page: Answer, name: string) => new URL(page.url.pathname.replace(/[^/]+$/, name), page.url);

async function throughDoor(world: World, visitor: Visitor, name: string): Promise<Answer> {
  return visitor.get(door(await begin(world, visitor), name));
}

async function atStrongAuth(world: World, visitor: Visitor): Promise<Answer> {
  return signInWithPassword(visitor, await begin(world, visitor), 'vanha@oma.example');
}

async function atLinking(world: World, visitor: Visitor, params: Record<string, string> = {}): Promise<Answer> {
  const { email, identityCode, name } = newPerson('vihainen');
  const strongAuth = await signUp(world, visitor, authorization(world, params).url, email);
  return identify(visitor, strongAuth, { person: identityCode, name });
}

async function atTerms(world: World, visitor: Visitor, params: Record<string, string> = {}): Promise<Answer> {
  return visitor.submit(await atLinking(world, visitor, params), { answer: 'yes' });
}

async function atWelcome(world: World, visitor: Visitor): Promise<Answer> {
  return visitor.submit(await atTerms(world, visitor), { answer: 'accept' });
}

async function fromTheBank(world: World, visitor: Visitor): Promise<Arrived> {
  visitor.unvisited.add(world.addresses.broker.origin);
  const leaving = await visitor.submit(await atStrongAuth(world, visitor), { method: 'bank' });
  const [, payload = ''] = (leaving.url.searchParams.get('request') ?? '').split('.');
  const url = new URL('/upstream/demotunnistus/callback', world.issuer);
  url.searchParams.set('state', JSON.parse(Buffer.from(payload, 'base64url').toString()).state);
  url.searchParams.set('error', 'access_denied');
  return { page: { ...leaving, url } };
}

const simply =
  (path: string): Way =>
  async (world, visitor) => ({ page: await visitor.get(new URL(path, world.issuer)) });

const deadToken =
  (purpose: Exclude<LinkPurpose, 'activate'>): Way =>
  async (world, visitor) => {
    const url = new URL(`/links/${purpose}?token=${randomBytes(32).toString('base64url')}`, world.issuer);
    return { page: { ...(await visitor.get(url)), url } };
  };

/** Nothing is written for them any more: the notices of their sign-up have left. */
async function settledUser(world: World): Promise<Person> {
  const { person } = await user(world);
  await mailsTo(world, person.email, 2);
  return person;
}

export const ways: Readonly<Record<PageName, Way>> = {
  'sign-in': async (world, visitor) => ({
    page: await begin(world, visitor),
    fields: { email: newPerson().email },
  }),
  password: async (world, visitor) => ({
    page: await visitor.submit(await begin(world, visitor), { email: 'vanha@oma.example' }),
    fields: { password: goodPassword },
  }),
  'sign-up': async (world, visitor) => ({
    page: await throughDoor(world, visitor, 'sign-up'),
    fields: { email: newPerson().email },
  }),
  'link-sent': async (world, visitor) => ({
    page: await visitor.submit(await throughDoor(world, visitor, 'sign-up'), { email: newPerson().email }),
  }),
  'forgot-password': async (world, visitor) => ({
    page: await throughDoor(world, visitor, 'forgot-password'),
    fields: { email: newPerson().email },
  }),
  'reset-sent': async (world, visitor) => ({
    page: await visitor.submit(await throughDoor(world, visitor, 'forgot-password'), { email: newPerson().email }),
    fields: { action: 'resend' },
  }),
  'find-account': async (world, visitor) => ({
    page: await throughDoor(world, visitor, 'find-account'),
    fields: { method: 'bank' },
  }),
  'lost-mailbox': async (world, visitor) => ({
    page: await visitor.submit(await find(world, visitor, await settledUser(world)), { answer: 'lost' }),
    fields: { email: newPerson().email },
  }),
  'new-mailbox-sent': async (world, visitor) => {
    const found = await find(world, visitor, await settledUser(world));
    return { page: await askNewMailbox(visitor, found, newPerson().email), fields: { action: 'resend' } };
  },
  'select-account': async (world, visitor) => {
    await visitor.submit(await atWelcome(world, visitor), {});
    return { page: await begin(world, visitor, { prompt: 'select_account' }), fields: { answer: 'continue' } };
  },
  'account-closed': async (world, visitor) => ({
    page: await signInWithPassword(visitor, await begin(world, visitor), 'estetty@oma.example'),
    fields: { action: 'other-account' },
    form: '/account-closed',
  }),
  'second-factor': async (world, visitor) => {
    const { email, app } = await userWithApp(world);
    const page = await signInWithPassword(visitor, await begin(world, visitor), email);
    return { page, fields: { code: appCode(app.secret) } };
  },
  'deletion-asked': async (world, visitor) => {
    const owner = await user(world);
    await askDeletion(world, owner);
    return {
      page: await signInWithPassword(visitor, await begin(world, visitor), owner.person.email),
      fields: { action: 'take-back' },
    };
  },
  'new-password': async (world, visitor) => ({
    page: await signInWithPassword(visitor, await begin(world, visitor), 'heikko@oma.example', 'salasana1'),
    fields: { password: newPassword },
  }),
  'strong-auth': async (world, visitor) => ({
    page: await atStrongAuth(world, visitor),
    fields: { method: 'bank' },
  }),
  'not-authorised': async (world, visitor) => ({
    page: await atLinking(world, visitor, { client_id: 'test-roster', scope: 'openid email' }),
  }),
  'email-code': async (world, visitor) => {
    const { email, identityCode, name } = newPerson('koodi');
    const page = await begin(world, visitor);
    await visitor.submit(await visitor.get(door(page, 'sign-up')), { email });
    // Activated elsewhere, so that the mailbox is not proved in this browser.
    const elsewhere = createVisitor();
    await elsewhere.submit(await elsewhere.get(await linkMailedTo(world, email, 'activate')), {
      password: goodPassword,
    });
    const strongAuth = await signInWithPassword(visitor, await visitor.get(door(page, 'sign-in')), email);
    const code = await identify(visitor, strongAuth, { person: identityCode, name });
    return { page: code, fields: { code: await codeMailedTo(world, email, 2) } };
  },
  'link-eid': async (world, visitor) => ({ page: await atLinking(world, visitor), fields: { answer: 'yes' } }),
  'pending-address': async (world, visitor) => {
    const person = await settledUser(world);
    await loseMailbox(world, createVisitor(), person, newPerson('vaihto').email);
    const page = await signInWithPassword(visitor, await begin(world, visitor), person.email);
    return { page, fields: { answer: 'known' } };
  },
  terms: async (world, visitor) => ({ page: await atTerms(world, visitor), fields: { answer: 'accept' } }),
  consent: async (world, visitor) => ({
    page: await visitor.submit(await atTerms(world, visitor, { client_id: 'test-third' }), { answer: 'accept' }),
    fields: { answer: 'allow' },
  }),
  welcome: async (world, visitor) => ({ page: await atWelcome(world, visitor) }),
  dispatcher: async (world, visitor) => {
    const page = await begin(world, visitor);
    return { page: { ...page, url: new URL(page.url.pathname.replace(/\/[^/]+$/, ''), page.url) } };
  },
  opened: async (world, visitor) => {
    const page = await visitor.submit(await throughDoor(world, visitor, 'sign-up'), { email: newPerson().email });
    return { page: { ...page, url: new URL(`${page.url.pathname}/opened`, page.url) } };
  },
  passkey: async (world, visitor) => {
    const page = await begin(world, visitor);
    return { page: { ...page, url: door(page, 'passkey/options') } };
  },
  cancel: async (world, visitor) => {
    const page = await begin(world, visitor);
    return { page: { ...page, url: door(page, 'cancel') }, form: '/cancel' };
  },
  'links/activate': async (world, visitor) => {
    const { email } = newPerson('linkki');
    await visitor.submit(await throughDoor(world, visitor, 'sign-up'), { email });
    return { page: await visitor.get(await linkMailedTo(world, email, 'activate')), fields: { password: newPassword } };
  },
  'links/activate?token': async (world, visitor) => {
    const { email } = newPerson('linkki');
    await visitor.submit(await throughDoor(world, visitor, 'sign-up'), { email });
    const url = new URL(await linkMailedTo(world, email, 'activate'));
    return { page: { ...(await visitor.get(url)), url } };
  },
  'links/reset': async (world, visitor) => {
    // A new person each time: a second link would kill the first, and the newest mail may still be on its way.
    const { email } = await settledUser(world);
    await visitor.submit(await throughDoor(world, visitor, 'forgot-password'), { email });
    return { page: await visitor.get(await linkMailedTo(world, email, 'reset')), fields: { password: newPassword } };
  },
  'links/reset?token': deadToken('reset'),
  'links/undo-address': async (world, visitor) => {
    const old = await user(world);
    await keep(await signUpAgain(world, old));
    return { page: await visitor.get(await linkMailedTo(world, old.person.email, 'undo-address', 3)) };
  },
  'links/undo-address?token': deadToken('undo-address'),
  'links/not-me': async (world, visitor) => {
    const { person } = await user(world);
    return { page: await visitor.get(await linkMailedTo(world, person.email, 'not-me', 2)) };
  },
  'links/not-me?token': deadToken('not-me'),
  'links/change-address': async (world, visitor) => {
    const address = newPerson('vaihto').email;
    await askAddress(world, await user(world), address);
    return { page: await visitor.get(await linkMailedTo(world, address, 'change-address')) };
  },
  'links/change-address?token': deadToken('change-address'),
  'links/undo-deletion': async (world, visitor) => {
    const owner = await user(world);
    await askDeletion(world, owner);
    return { page: await visitor.get(await linkMailedTo(world, owner.person.email, 'undo-deletion')) };
  },
  'links/undo-deletion?token': deadToken('undo-deletion'),
  'links/new-mailbox': async (world, visitor) => {
    const { email } = newPerson('vaihto');
    const other = createVisitor();
    await askNewMailbox(other, await find(world, other, await settledUser(world)), email);
    return { page: await visitor.get(await linkMailedTo(world, email, 'new-mailbox')) };
  },
  'links/new-mailbox?token': deadToken('new-mailbox'),
  'links/undo-mailbox': async (world, visitor) => {
    const person = await settledUser(world);
    await loseMailbox(world, createVisitor(), person, newPerson('vaihto').email);
    return { page: await visitor.get(await linkMailedTo(world, person.email, 'undo-mailbox')) };
  },
  'links/undo-mailbox?token': deadToken('undo-mailbox'),
  'links/owner': async (world, visitor) => {
    const { out } = runAvain(['admin', 'create-owner', '--by', 'Testi', '--another'], world.env);
    const signIn = await visitor.get(/^http\S+/.exec(out)?.[0] ?? '');
    const strongAuth = await signInWithPassword(visitor, signIn, 'kunta@oma.example');
    return { page: await identify(visitor, strongAuth, { person: '080675-908M' }) };
  },
  'links/owner?token': deadToken('owner'),
  'upstream/callback': fromTheBank,
  'upstream/jwks': simply('/upstream/demotunnistus/jwks'),
  logout: async (world, visitor) => {
    const page = await visitor.submit(await atWelcome(world, visitor), {});
    if (page.url.origin !== noListener) throw new Error(`not signed in: ${page.url.pathname}`);
    return { page: await visitor.get(new URL('/session/end', world.issuer)), fields: { logout: 'yes' } };
  },
  device: async (world, visitor) => {
    const body = new URLSearchParams({ client_id: 'test-device', scope: 'openid' });
    const shown = await fetch(new URL('/device/auth', world.issuer), { method: 'POST', body });
    const { user_code: userCode } = (await shown.json()) as { user_code: string };
    return { page: await visitor.get(new URL('/device', world.issuer)), fields: { user_code: userCode } };
  },
  home: simply('/'),
  integrator: simply('/integrator'),
  accessibility: async (world, visitor) => ({
    page: await visitor.get(new URL('/accessibility/oima', world.issuer)),
    fields: { message: 'En löydä painiketta.' },
  }),
  privacy: simply('/privacy/oima'),
  cookies: simply('/cookies/oima'),
  status: simply('/status'),
  'terms-text': simply('/terms/oima'),
  'terms-text/version': simply('/terms/oima/2024-01'),
  asset: async (world, visitor) => {
    const home = await visitor.get(world.issuer);
    return simply(/\/assets\/[^"]+\.css/.exec(home.text)?.[0] ?? '')(world, visitor);
  },
  'health/live': simply('/health/live'),
  'health/ready': simply('/health/ready'),
};

/** A browser of its own at the page. */
export async function arrive(world: World, name: PageName): Promise<Place> {
  const visitor = createVisitor({ accept: 'text/html,*/*;q=0.8' });
  visitor.unvisited.add(noListener);
  const { page, fields = {}, form: marker } = await ways[name](world, visitor);
  const forms =
    name.endsWith('?token') || name === 'dispatcher' || name === 'opened' || name === 'passkey' ? [] : formsOf(page);
  const form = marker ? forms.find(({ action, html }) => `${action}${html}`.includes(marker)) : forms[0];
  const chosen = form && { ...form, fields: { ...form.fields, ...fields } };
  return { visitor, page, form: chosen ?? null, token: name === 'logout' || name === 'device' ? 'xsrf' : 'csrf' };
}
