/** An account past its end is nobody to whoever asks, whatever was swept; whoever needs its keys gets them. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Account } from '../../src/accounts/account.ts';
import { withoutDueAccounts } from '../../src/lifecycle/due-accounts.ts';
import type { Storage } from '../../src/storage/ports.ts';
import {
  openTestStorage,
  type TestClock,
  testAccount,
  testClock,
  testFingerprint,
  testIdentity,
} from '../support/storage.ts';

let clock: TestClock;
let raw: Storage;
let storage: Storage;
beforeEach(async () => {
  clock = testClock();
  raw = await openTestStorage(clock);
  storage = withoutDueAccounts(raw, clock, (opened, account) => opened.accounts.erase(account.id, () => ({})));
});
afterEach(() => raw.close());

async function ending(overrides: Partial<Account> = {}): Promise<Account> {
  const deletion = { askedAt: clock.now(), dueAt: clock.now() + 1_000, undoTokenHash: 'hash' };
  const account = testAccount({ deletion, identity: testIdentity('person'), ...overrides });
  await raw.accounts.create(account, {});
  return account;
}

const isThere = async ({ id, emailFingerprint }: Account) => {
  const { accounts } = storage;
  const found = [
    await accounts.byId(id),
    await accounts.byEmail(emailFingerprint),
    await accounts.byIdentity([testFingerprint('person')]),
  ];
  return found.map((account) => account !== null);
};

describe('an account whose deletion is due', () => {
  test('is found until that instant and not from it on; whoever works on the retention sees it still', async () => {
    const account = await ending();
    clock.advance(999);
    expect(await isThere(account)).toEqual([true, true, true]);
    clock.advance(1);
    expect(await isThere(account)).toEqual([false, false, false]);
    expect(await storage.accounts.scan(null, 10)).toEqual([account]);
    expect(await storage.accounts.update(account.id, (now) => ({ account: now }))).toEqual({ outcome: 'missing' });
    const other = testAccount();
    await storage.accounts.create(other, {});
    expect(await storage.accounts.absorb(account.id, other.id, (kept) => ({ account: kept }))).toEqual({
      outcome: 'missing',
    });
    expect(await raw.accounts.byId(account.id)).toEqual(account);
  });

  test('nobody takes it back at the very instant at which it ends', async () => {
    const account = await ending();
    clock.advance(1_000);
    const back = storage.accounts.update(account.id, (now) => ({ account: { ...now, deletion: null } }));
    expect(await back).toEqual({ outcome: 'missing' });
  });

  test('gives its address and identity to whoever makes or changes an account with them', async () => {
    const account = await ending();
    const { emailFingerprint, identity } = account;
    const early = testAccount({ emailFingerprint });
    expect(await storage.accounts.create(early, {})).toBe('email-taken');
    clock.advance(1_000);
    const heir = testAccount({ emailFingerprint });
    expect(await storage.accounts.create(heir, {})).toBe('created');
    expect(await raw.accounts.byId(account.id)).toBeNull();

    const second = await ending({ identity: testIdentity('another') });
    clock.advance(1_000);
    const linked = await storage.accounts.update(heir.id, (now) => ({
      account: { ...now, identity: second.identity },
    }));
    expect(linked.outcome).toBe('updated');
    expect(await raw.accounts.byId(second.id)).toBeNull();
    expect(identity).not.toBeNull();
  });

  test('a key that a living account has is still taken', async () => {
    const owner = testAccount();
    await storage.accounts.create(owner, {});
    const { emailFingerprint } = owner;
    expect(await storage.accounts.create(testAccount({ emailFingerprint }), {})).toBe('email-taken');
  });
});
