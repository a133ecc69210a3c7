/** Every verdict by the facts that it needs: a name without a row here does not compile. */
import { describe, expect, test } from '@jest/globals';
import { noFactors } from '../../src/factors/factors.ts';
import type { TraceEntry, TraceEvent } from '../../src/timeline/trace.ts';
import { type VerdictFacts, verdictOf } from '../../src/timeline/verdict.ts';
import type { Verdict, VerdictName } from '../../src/timeline/verdict-names.ts';
import { testAccount } from '../support/storage.ts';

/** What happened, with the details it happened with; the times are 1, 2, 3 … */
type Happened = TraceEvent | readonly [TraceEvent, TraceEntry['details']];

function recent(...all: readonly Happened[]): Pick<VerdictFacts, 'recent'> {
  return {
    recent: all.map((one, index) => {
      const [event, details] = typeof one === 'string' ? [one, {}] : one;
      return { at: index + 1, source: 'audit', event, clientId: 'oima', journeyId: 'j', actor: null, details };
    }),
  };
}

const waits = { password: null, code: null, factor: null };
const signedIn = testAccount({ lastSignInAt: 77 });
const calm: VerdictFacts = { account: signedIn, recent: [], waits, isListed: () => false };

type Row = { readonly facts: Partial<VerdictFacts>; readonly is: Omit<Verdict, 'name'> };
const row = (facts: Partial<VerdictFacts>, at: number | null, params: Verdict['params'] = {}): Row => ({
  facts,
  is: { at, params },
});

const refusedByRoster = recent(['page.shown', { page: 'not-authorised' }]);
const activation = { mail: 'activate' };

const rows: Readonly<Record<Exclude<VerdictName, 'nothing-known'>, Row>> = {
  barred: row({ account: testAccount({ barredAt: 5 }), ...refusedByRoster }, 5),
  'deletion-asked': row({ account: testAccount({ deletion: { askedAt: 1, dueAt: 9, undoTokenHash: 'hash' } }) }, 9),
  'password-waits': row({ waits: { ...waits, password: 8 }, ...recent('password.refused') }, 8),
  'codes-wait': row({ waits: { ...waits, code: 8 }, ...recent('email-code.refused') }, 8),
  'factor-waits': row({ waits: { ...waits, factor: 8 } }, 8),
  'not-listed': row(refusedByRoster, 1, { service: 'oima' }),
  'listed-since': row({ ...refusedByRoster, isListed: (client) => client === 'oima' }, 1, { service: 'oima' }),
  'mailbox-missing': row(
    recent(
      'sign-up.requested',
      ['mail.queued', activation],
      ['mail.refused', { ...activation, code: 'refused 550 5.1.1' }],
    ),
    3,
    { mail: 'activate', code: 'refused 550 5.1.1' },
  ),
  'mail-refused': row(recent(['mail.refused', { mail: 'code', code: 'refused 554' }]), 1, {
    mail: 'code',
    code: 'refused 554',
  }),
  'mail-expired': row(recent(['mail.expired', { mail: 'reset', code: 'expired' }]), 1, {
    mail: 'reset',
    code: 'expired',
  }),
  'mail-waiting': row(recent(['mail.queued', { mail: 'reset', attempts: 4 }]), 1, { mail: 'reset', count: 4 }),
  'mail-exists': row(recent(['mail.handed-over', { mail: 'exists' }]), 1, { mail: 'exists' }),
  'mail-no-account': row({ account: null, ...recent(['mail.handed-over', { mail: 'no-account' }]) }, 1, {
    mail: 'no-account',
  }),
  // A notice that went out later is no step of the sign-in.
  'link-not-opened': row(
    recent(['mail.handed-over', activation], ['mail.handed-over', { mail: 'new-device' }]),
    1,
    activation,
  ),
  'link-opened-by-program': row(recent(['mail.handed-over', activation], 'link.opened-by-program', 'link.opened'), 3),
  'link-not-used': row(recent('link.opened', 'link.page-shown'), 2),
  'link-form-unfinished': row(recent('link.page-shown', 'link.form-sent'), 2),
  // One that was used already has done its part.
  'link-dead': row(recent(['link.dead', { state: 'expired' }], ['link.dead', { state: 'used' }]), 1, {
    code: 'expired',
  }),
  'password-wrong': row(recent('password.refused', 'timeline.read', 'password.refused'), 3, { count: 2 }),
  'password-delayed': row(recent('password.refused', 'password.delayed'), 2),
  'address-unknown': row({ account: null, ...recent('password.unknown-address') }, 1, { count: 1 }),
  'other-address': row(recent('password.unknown-address'), 1),
  'identification-failed': row(
    recent(['strong-auth.failed', { cause: 'cancelled' }], 'strong-auth.started', [
      'strong-auth.failed',
      { cause: 'refused_access_denied' },
    ]),
    3,
    { count: 2, code: 'refused_access_denied' },
  ),
  'identification-not-begun': row(recent(['step-up.asked', { kind: 'identification', rule: 'rate' }]), 1, {
    code: 'rate',
  }),
  'left-for-bank': row(recent('step-up.asked', 'strong-auth.started'), 2),
  mismatch: row(recent('strong-auth.started', 'strong-auth.mismatch'), 2),
  conflict: row(recent('strong-auth.identified', 'link-eid.conflict'), 2),
  'link-declined': row(recent('strong-auth.identified', 'link-eid.declined', 'sign-in.cancelled'), 2),
  'code-not-typed': row(
    recent(
      'email-code.sent',
      'email-code.proved',
      'email-code.sent',
      ['mail.handed-over', { mail: 'code' }],
      'email-code.sent',
    ),
    5,
    { count: 2 },
  ),
  'code-wrong': row(recent('email-code.sent', 'email-code.refused', 'email-code.refused'), 3, { count: 2 }),
  'factor-wrong': row(recent('factor.refused', 'factor.used', 'factor.refused'), 3, { count: 1 }),
  'factor-not-shown': row(recent(['step-up.asked', { kind: 'factor', rule: 'always' }]), 1),
  'terms-declined': row(recent('terms.declined', 'sign-in.cancelled'), 1),
  'consent-denied': row(recent('consent.denied', 'sign-in.cancelled'), 1),
  'stands-at': row(recent('password.refused', ['page.shown', { page: 'terms' }]), 2, { page: 'terms' }),
  'error-shown': row(recent('password.refused', ['error.shown', { status: 500, code: 'fault-of-ours' }]), 2, {
    code: 'fault-of-ours',
  }),
  cancelled: row(recent(['sign-in.cancelled', { error: 'access_denied' }]), 1, { code: 'access_denied' }),
  'left-halfway': row(recent('email-code.refused', 'email-code.proved'), 2),
  'no-account': row({ account: null }, null),
  'never-activated': row({ account: testAccount({ activatedAt: null, createdAt: 3 }) }, 3),
  'no-password': row({ account: testAccount({ password: null, passwordSetAt: null }) }, null),
  'never-signed-in': row({ account: testAccount({ activatedAt: 4, lastSignInAt: null }) }, 4),
  'all-well': row({}, 77),
};

describe('the likeliest reason', () => {
  test.each(Object.entries(rows))('%s', (name, { facts, is }) => {
    expect(verdictOf({ ...calm, ...facts })).toEqual({ name, ...is });
  });

  test('a page of an error that the person got over says less than what they did', () => {
    const facts = { ...calm, ...recent('email-code.sent', ['error.shown', { status: 410, code: 'interaction-gone' }]) };
    expect(verdictOf(facts).name).toBe('code-not-typed');
    expect(verdictOf({ ...calm, recent: facts.recent.slice(1) }).name).toBe('error-shown');
  });

  test('a passkey is a way in without a password', () => {
    const passkey = { ...noFactors, passkeys: [{ id: 'a' }] } as unknown as typeof noFactors;
    const account = testAccount({ password: null, passwordSetAt: null, factors: passkey, lastSignInAt: 5 });
    expect(verdictOf({ ...calm, account }).name).toBe('all-well');
  });
});
