/** What may become of a change of address that waits, whatever happened to the account meanwhile. */
import { expect, test } from '@jest/globals';
import type { Account } from '../../src/accounts/account.ts';
import type { BrowserHash, ClientId } from '../../src/ids.ts';
import { dueAddress, isUntold, pendingState, waitingAddress, withTold } from '../../src/recovery/pending-address.ts';
import { testAccount, testFingerprint, testIdentity } from '../support/storage.ts';

const dayMs = 86_400_000;
const askedAt = 100 * dayMs;
const dueAt = askedAt + 7 * dayMs;
const old = testFingerprint('old');

function waiting(overrides: Partial<Account> = {}): Account {
  const pendingAddress = {
    email: 'uusi@oma.example',
    emailFingerprint: testFingerprint('new'),
    replaces: old,
    clientId: 'oima' as ClientId,
    askedAt,
    dueAt,
    undoTokenHash: 'x'.repeat(43),
    toldIn: [],
  };
  return testAccount({ emailFingerprint: old, identity: testIdentity('person'), pendingAddress, ...overrides });
}

test('it is due at its very instant, not a millisecond before', () => {
  expect([dueAt - 1, dueAt].map((now) => pendingState(waiting(), now))).toEqual(['waiting', 'due']);
  expect(dueAddress(waiting(), dueAt - 1)).toBeNull();
  expect(dueAddress(waiting(), dueAt)?.email).toBe('uusi@oma.example');
  expect(pendingState(testAccount(), dueAt)).toBe('none');
});

test.each<[string, Partial<Account>]>([
  ['barred', { barredAt: askedAt + 1 }],
  ['unlinked', { identity: null }],
  ['linked anew since', { identity: { ...testIdentity('person'), linkedAt: askedAt + 1 } }],
  ['under another address since', { emailFingerprint: testFingerprint('another') }],
])('an account that is %s makes it void, before and after it is due', (_what, changed) => {
  for (const now of [askedAt + 2, dueAt, dueAt + 30 * dayMs]) {
    expect([pendingState(waiting(changed), now), dueAddress(waiting(changed), now)]).toEqual(['void', null]);
    expect(waitingAddress(waiting(changed), now)).toBeNull();
  }
});

test('while five changes can still be undone it waits for the oldest of them', () => {
  const previous = { email: 'x', emailFingerprint: old, replacedAt: askedAt, undoTokenHash: 'x', undoUntil: dueAt + 5 };
  const account = waiting({ previousAddresses: Array.from({ length: 5 }, () => previous) });
  expect([dueAt + 4, dueAt + 5].map((now) => pendingState(account, now))).toEqual(['waiting', 'due']);
});

test('each browser is told until it was told, and no more than twenty are remembered', () => {
  const browsers = Array.from({ length: 25 }, (_, number) => `browser ${number}` as BrowserHash);
  const told = browsers.reduce(withTold, waiting());
  expect(told.pendingAddress?.toldIn).toHaveLength(20);
  expect([isUntold(waiting(), browsers[0] as BrowserHash, askedAt), isUntold(told, 'other' as BrowserHash, 1)]).toEqual(
    [true, true],
  );
  expect(isUntold(told, browsers.at(-1) as BrowserHash, dueAt)).toBe(false);
  expect(isUntold(testAccount(), browsers[0] as BrowserHash, dueAt)).toBe(false);
});
