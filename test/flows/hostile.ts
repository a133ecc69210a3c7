/**
 * What people get when something is wrong, or somebody hostile is at work: a table of page × fault. A page of the
 * product or a fault without a row fails (hostile.test.ts); each row is tried against the running service.
 *
 * `status` is that of the direct answer; `text` the key of a sentence on the page where the person ends; `wayOn`:
 * `here` = an error page whose link leads back to the page · `led` = a redirect to where the journey is now ·
 * `stays` = the page itself again, with its form · `start` = an error page whose link leads to a start ·
 * `none` = an answer for a machine, without a page.
 */
import type { TextKey } from '../../src/http/texts.ts';
import type { StepName } from '../../src/journey/next-step.ts';

export type PageName =
  | StepName
  | 'dispatcher'
  | 'opened'
  | 'passkey'
  | 'cancel'
  | 'links/activate'
  | 'links/activate?token'
  | 'links/reset'
  | 'links/reset?token'
  | 'links/undo-address'
  | 'links/undo-address?token'
  | 'links/not-me'
  | 'links/not-me?token'
  | 'links/change-address'
  | 'links/change-address?token'
  | 'links/undo-deletion'
  | 'links/undo-deletion?token'
  | 'links/new-mailbox'
  | 'links/new-mailbox?token'
  | 'links/undo-mailbox'
  | 'links/undo-mailbox?token'
  | 'links/owner'
  | 'links/owner?token'
  | 'upstream/callback'
  | 'upstream/jwks'
  | 'logout'
  | 'device'
  | 'home'
  | 'accessibility'
  | 'integrator'
  | 'privacy'
  | 'cookies'
  | 'status'
  | 'terms-text'
  | 'terms-text/version'
  | 'asset'
  | 'health/live'
  | 'health/ready';

export const faultNames = [
  'csrf-missing',
  'csrf-forged',
  'csrf-of-another-interaction',
  'csrf-of-another-browser',
  'origin-foreign',
  'origin-null',
  'fetch-site-cross',
  'fetch-site-same-site',
  'body-oversize',
  'body-json',
  'body-multipart',
  'body-text',
  'body-lying-encoding',
  'field-duplicate',
  'field-array',
  'field-object',
  'field-control-character',
  'field-missing',
  'head',
  'head-storm',
  'get-storm',
  'put',
  'delete',
  'jump-ahead',
  'stale-step',
  'no-cookies',
  'another-browser',
  'cookie-of-another-interaction',
  'stolen-cookie',
] as const;
export type FaultName = (typeof faultNames)[number];

export type WayOn = 'here' | 'led' | 'stays' | 'start' | 'none';
export type Expected = { readonly status: number; readonly text: TextKey | null; readonly wayOn: WayOn };
/** A sentence says why the fault cannot be committed there. */
type Row = Readonly<Record<FaultName, Expected | string>>;

const expected = (status: number, text: TextKey | null, wayOn: WayOn): Expected => ({ status, text, wayOn });

const refused = expected(403, 'page.form-refused-title', 'here');
const malformed = expected(400, 'page.malformed-title', 'here');
const wrongType = expected(415, 'page.malformed-title', 'here');
const wrongMethod = expected(405, 'page.method-title', 'here');
const gone = expected(410, 'session.expired-title', 'start');
const silent = (status: number): Expected => expected(status, null, 'none');

const forged = {
  'csrf-missing': refused,
  'csrf-forged': refused,
  'csrf-of-another-interaction': refused,
  'csrf-of-another-browser': refused,
  'origin-foreign': refused,
  'origin-null': refused,
  'fetch-site-cross': refused,
  'fetch-site-same-site': refused,
} as const;

const garbled = {
  'body-oversize': expected(413, 'page.too-large-title', 'here'),
  'body-json': wrongType,
  'body-multipart': wrongType,
  'body-text': wrongType,
  'body-lying-encoding': malformed,
  'field-duplicate': malformed,
  'field-array': malformed,
  'field-object': malformed,
  'field-control-character': malformed,
} as const;

/** A step: `title` of the page, `led` = where other steps' addresses lead from here. */
function step(title: TextKey, changes: Partial<Row> = {}, led = title): Row {
  const onward = expected(303, led, 'led');
  return {
    ...forged,
    ...garbled,
    'field-missing': malformed,
    head: silent(200),
    'head-storm': silent(200),
    'get-storm': expected(200, title, 'stays'),
    put: wrongMethod,
    delete: wrongMethod,
    'jump-ahead': onward,
    'stale-step': onward,
    'no-cookies': expected(400, 'session.cookies-title', 'start'),
    'another-browser': gone,
    'cookie-of-another-interaction': gone,
    'stolen-cookie': gone,
    ...changes,
  };
}

const theirsNow = 'nothing of this journey is stored yet: who brings its cookie is who began it';
const opensFirst = 'its form has no field that could be missing: without an answer it asks the ladder again';

/** `missing`: what a form without its field is told, or why it has none. */
function link(title: TextKey, missing: Row['field-missing']): Row {
  const invalid = expected(400, 'dead-link.invalid-title', 'start');
  return {
    ...step(title),
    'field-missing': missing,
    'jump-ahead': 'a link is no step',
    'stale-step': 'a link is no step',
    'no-cookies': invalid,
    'another-browser': invalid,
    'cookie-of-another-interaction': invalid,
    'stolen-cookie': 'the link is its owner’s in whatever browser: the token is the proof (decisions.md §1)',
  };
}

const noForm = 'reads only: there is no form, and a POST is refused like any method';
const readsOnly = Object.fromEntries(faultNames.slice(1, faultNames.indexOf('head')).map((fault) => [fault, noForm]));
const noJourney = 'belongs to no journey';

/** An address that lives by its query is no way on without it. */
const wrongMethodOfQuery = expected(405, 'page.method-title', 'start');
const queried = { 'csrf-missing': wrongMethodOfQuery, put: wrongMethodOfQuery, delete: wrongMethodOfQuery } as const;

/** Pages without a form: every POST is the wrong method, whatever it carries. */
function reading(status: number, text: TextKey | null, changes: Partial<Row> = {}): Row {
  const answer = expected(status, text, text === null ? 'none' : status === 303 ? 'led' : 'stays');
  const anybodys = text === null ? answer : expected(status, text, 'stays');
  return {
    // A cast: the keys are those of `faultNames` between the two named.
    ...(readsOnly as Record<Exclude<FaultName, 'csrf-missing'>, string>),
    'csrf-missing': wrongMethod,
    head: silent(status),
    'head-storm': silent(status),
    'get-storm': answer,
    put: wrongMethod,
    delete: wrongMethod,
    'jump-ahead': noJourney,
    'stale-step': noJourney,
    'no-cookies': anybodys,
    'another-browser': anybodys,
    'cookie-of-another-interaction': anybodys,
    'stolen-cookie': noJourney,
    ...changes,
  };
}

/** With a token that nobody has. */
const deadLink = expected(303, 'dead-link.invalid-title', 'led');
const deadToken = reading(303, 'dead-link.invalid-title', {
  ...queried,
  'no-cookies': deadLink,
  'another-browser': deadLink,
  'cookie-of-another-interaction': deadLink,
});

const noSession = 'who is not signed in has nothing to sign out of';
const ignored = 'the provider reads the two fields it knows and no others';

/** The provider's own form in our clothes: its token, its reading of bodies, and our eye on where the form comes from. */
function signOut(): Row {
  const stale = expected(400, 'page.form-refused-title', 'here');
  const unknown = expected(404, 'page.not-found-title', 'start');
  return {
    ...step('logout.question'),
    head: silent(204),
    'head-storm': silent(204),
    'csrf-missing': stale,
    'csrf-forged': stale,
    'csrf-of-another-interaction': stale,
    'csrf-of-another-browser': stale,
    'body-oversize': stale,
    'body-json': stale,
    'body-multipart': stale,
    'body-text': stale,
    'body-lying-encoding': stale,
    'field-duplicate': stale,
    'field-array': ignored,
    'field-object': ignored,
    'field-control-character': ignored,
    'field-missing': 'without the answer it is the other button: stay signed in',
    put: unknown,
    delete: unknown,
    'jump-ahead': noJourney,
    'stale-step': noJourney,
    'no-cookies': noSession,
    'another-browser': noSession,
    'cookie-of-another-interaction': noSession,
    'stolen-cookie': noSession,
  };
}

/** The library's form as well, for a code that a device shows; whoever types it needs no session yet. */
function deviceCode(): Row {
  const anybodys = 'anybody may read it; with another browser’s token its form is csrf-of-another-browser';
  return {
    ...signOut(),
    'field-missing': 'its token is good once, and the faults before used it up; device.test.ts leaves the code out',
    'get-storm': expected(200, 'device.title', 'stays'),
    'no-cookies': anybodys,
    'another-browser': anybodys,
    'cookie-of-another-interaction': anybodys,
  };
}

/** Anybody may read it; its form is the browser's own. */
function statement(title: TextKey): Row {
  const anybodys = 'anybody may read it; with another browser’s token its form is csrf-of-another-browser';
  return {
    ...step(title),
    'jump-ahead': noJourney,
    'stale-step': noJourney,
    'no-cookies': anybodys,
    'another-browser': anybodys,
    'cookie-of-another-interaction': anybodys,
    'stolen-cookie': noJourney,
  };
}

const withoutCookies = expected(400, 'session.cookies-title', 'start');

export const hostile: Readonly<Record<PageName, Row>> = {
  'sign-in': step('sign-in.title', { 'stolen-cookie': theirsNow }),
  password: step('password.title'),
  'sign-up': step('sign-up.title', { 'stolen-cookie': theirsNow }, 'sign-in.title'),
  'link-sent': step('link-sent.title', { 'field-missing': opensFirst }),
  'forgot-password': step('forgot-password.title', { 'stolen-cookie': theirsNow }, 'sign-in.title'),
  'reset-sent': step('reset-sent.title'),
  'find-account': step('find-account.title', { 'stolen-cookie': theirsNow }, 'sign-in.title'),
  'lost-mailbox': step('lost-mailbox.title'),
  'new-mailbox-sent': step('new-mailbox-sent.title'),
  'select-account': step('select-account.title', { 'stolen-cookie': theirsNow }),
  'account-closed': step('account-closed.title', { 'stale-step': 'this is the page itself' }),
  'second-factor': step('second-factor.title'),
  'deletion-asked': step('deletion-asked.title'),
  'new-password': step('new-password.title'),
  'strong-auth': step('strong-auth.title'),
  'not-authorised': step('not-authorised.title', { 'field-missing': opensFirst }),
  'email-code': step('email-code.title', { 'field-missing': expected(422, 'error.code-required', 'stays') }),
  'link-eid': step('link-eid.title'),
  'pending-address': step('pending-address.title'),
  terms: step('terms.title'),
  consent: step('consent.intro'),
  welcome: step('welcome.title', {
    'jump-ahead': 'there is nothing ahead of it',
    'field-missing': 'its form has no fields',
  }),
  dispatcher: reading(303, 'sign-in.title', {
    'no-cookies': withoutCookies,
    'another-browser': gone,
    'cookie-of-another-interaction': gone,
    'stolen-cookie': theirsNow,
  }),
  opened: reading(200, null, {
    'no-cookies': withoutCookies,
    'another-browser': gone,
    'cookie-of-another-interaction': gone,
    'stolen-cookie': gone,
    put: wrongMethod,
  }),
  passkey: reading(200, null, {
    'no-cookies': withoutCookies,
    'another-browser': gone,
    'cookie-of-another-interaction': gone,
    'stolen-cookie': theirsNow,
  }),
  cancel: step(
    'sign-in.title',
    {
      head: silent(303),
      'head-storm': silent(303),
      'get-storm': expected(303, 'sign-in.title', 'led'),
      'field-missing': 'its form has no fields',
      'stolen-cookie': theirsNow,
    },
    'sign-in.title',
  ),
  'links/activate': link('activate.title', expected(422, 'error.password-required', 'stays')),
  'links/activate?token': reading(303, 'activate.title', {
    ...queried,
    'no-cookies': expected(303, 'activate.title', 'led'),
    'another-browser': expected(303, 'activate.title', 'led'),
    'cookie-of-another-interaction': expected(303, 'activate.title', 'led'),
  }),
  'links/reset': link('reset.title', expected(422, 'error.password-required', 'stays')),
  'links/reset?token': deadToken,
  'links/undo-address': link('undo-address.title', 'its form has no field: whoever holds the link presses one button'),
  'links/undo-address?token': deadToken,
  'links/not-me': link('not-me.title', 'its form has no field: whoever holds the mail presses one button'),
  'links/not-me?token': deadToken,
  'links/change-address': link(
    'change-address.title',
    'its form has no field: whoever holds the mail presses one button',
  ),
  'links/change-address?token': deadToken,
  'links/undo-deletion': link(
    'undo-deletion.title',
    'its form has no field: whoever holds the mail presses one button',
  ),
  'links/undo-deletion?token': deadToken,
  'links/new-mailbox': link('new-mailbox.title', 'its form has no field: whoever holds the link presses one button'),
  'links/new-mailbox?token': deadToken,
  'links/undo-mailbox': link('undo-mailbox.title', 'its form has no field: whoever holds the link presses one button'),
  'links/undo-mailbox?token': deadToken,
  'links/owner': {
    ...link('owner.title', 'its form has no field: whoever holds the link presses one button'),
    'stolen-cookie': 'without the session the link leads to the sign-in (test/admin/pages/owner-link.test.ts)',
  },
  'links/owner?token': deadToken,
  // Tried last in its own browser (hostile.test.ts): by then other browsers have used the answer up.
  'upstream/callback': reading(303, 'strong-auth.failed', {
    ...queried,
    head: silent(204),
    'head-storm': silent(204),
    'no-cookies': expected(400, 'other-browser.title', 'start'),
    'another-browser': expected(400, 'other-browser.title', 'start'),
    'cookie-of-another-interaction': expected(400, 'other-browser.title', 'start'),
  }),
  'upstream/jwks': reading(200, null),
  logout: signOut(),
  device: deviceCode(),
  home: reading(200, 'clients.title', queried),
  integrator: reading(200, 'integrator.title'),
  accessibility: statement('accessibility.title'),
  privacy: reading(200, 'privacy.title'),
  cookies: reading(200, 'cookies.title'),
  status: reading(200, 'status.title'),
  'terms-text': reading(200, 'terms.title'),
  'terms-text/version': reading(200, 'terms.title'),
  asset: reading(200, null),
  'health/live': reading(200, null),
  'health/ready': reading(200, null),
};

/** Where a browser is after going on: at the client, at the bank, or on a page of ours that says this. */
export type Landing = 'client' | 'bank' | `${number} ${TextKey}`;

/** The right answer sent twice at the same moment, once more afterwards, and then the page in a second tab. */
export type Repeated = {
  readonly both: readonly Landing[];
  readonly again: Landing;
  readonly tab: Landing;
};

const all = (landing: Landing): Repeated => ({ both: [landing], again: landing, tab: landing });
const over = '410 session.expired-title' as const;

export type Submittable =
  | StepName
  | 'cancel'
  | 'links/activate'
  | 'links/reset'
  | 'links/undo-address'
  | 'links/not-me'
  | 'links/change-address'
  | 'links/undo-deletion'
  | 'links/new-mailbox'
  | 'links/undo-mailbox'
  | 'logout';

export const repeated: Readonly<Record<Submittable, Repeated>> = {
  'sign-in': { ...all('200 password.title'), tab: '200 sign-in.title' },
  password: all('200 strong-auth.title'),
  'sign-up': { ...all('200 link-sent.title'), tab: '200 sign-up.title' },
  'link-sent': all('200 link-sent.still-waiting'),
  'forgot-password': { ...all('200 reset-sent.title'), tab: '200 forgot-password.title' },
  'reset-sent': { ...all('429 error.resend-wait'), tab: '200 reset-sent.title' },
  'find-account': { ...all('bank'), tab: '200 find-account.title' },
  'lost-mailbox': { ...all('200 new-mailbox-sent.title'), tab: '200 new-mailbox-sent.title' },
  'new-mailbox-sent': { ...all('429 error.resend-wait'), tab: '200 new-mailbox-sent.title' },
  'select-account': { both: ['client', over], again: over, tab: over },
  'account-closed': all('200 sign-in.title'),
  'second-factor': { both: ['client', over], again: over, tab: over },
  'deletion-asked': { both: ['client', over], again: over, tab: over },
  'new-password': all('200 strong-auth.title'),
  'strong-auth': { ...all('bank'), tab: '200 strong-auth.title' },
  'not-authorised': all('200 not-authorised.title'),
  'email-code': all('200 link-eid.title'),
  'link-eid': all('200 terms.title'),
  'pending-address': { both: ['client', over], again: over, tab: over },
  terms: all('200 welcome.title'),
  consent: all('200 welcome.title'),
  welcome: { both: ['client', over], again: over, tab: over },
  cancel: { both: ['client', over], again: over, tab: over },
  'links/activate': all('200 strong-auth.title'),
  'links/reset': all('200 reset-done.title'),
  'links/undo-address': all('200 undo-address-done.title'),
  'links/not-me': all('200 not-me-done.title'),
  'links/change-address': all('200 change-address-done.title'),
  'links/undo-deletion': all('200 undo-deletion-done.title'),
  'links/new-mailbox': all('200 new-mailbox-done.title'),
  'links/undo-mailbox': all('200 undo-mailbox-done.title'),
  logout: {
    both: ['200 signed-out.title', '400 page.form-refused-title'],
    again: '400 page.form-refused-title',
    tab: '200 logout.question',
  },
};
