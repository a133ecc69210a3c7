import { describe, expect, test } from '@jest/globals';
import type { Account } from '../../../src/accounts/account.ts';
import type { MovableStorage } from '../../../src/storage/moving.ts';
import type { ErasureEffects, Storage } from '../../../src/storage/ports.ts';
import { testAccount, testAudit, testFingerprint, testIdentity, testMail } from '../../support/storage.ts';
import { type OpenStorage, racers, withStorage } from '../contract.ts';

const later = 1e12;
const always = (): ErasureEffects => ({});

async function stored(storage: Storage): Promise<Account> {
  const account = testAccount({ identity: testIdentity('one', 'two') });
  await storage.accounts.create(account, {});
  return account;
}

export function eraseContract(open: OpenStorage): void {
  describe('erasing an account', () => {
    test('frees its keys, leaves nothing that finds it, and stores the effects', () =>
      withStorage(open, async ({ storage }) => {
        const { accounts, audit, outbox } = storage;
        const account = await stored(storage);
        const last = testMail({ accountId: account.id });
        const record = testAudit({ event: 'account.erased', accountId: account.id });
        expect(await accounts.erase(account.id, () => ({ audit: [record], mails: [last] }))).toBe('erased');
        expect(await accounts.byId(account.id)).toBeNull();
        expect(await accounts.byEmail(account.emailFingerprint)).toBeNull();
        expect(await accounts.byIdentity([testFingerprint('one')])).toBeNull();
        expect(await accounts.byIdentity([testFingerprint('two')])).toBeNull();
        expect(await accounts.scan(null, 10)).toEqual([]);
        expect(await audit.list({ accountId: account.id, limit: 10 })).toEqual([record]);
        expect((await outbox.claimDue(later, 10, 1)).map(({ mail }) => mail)).toEqual([last]);
        expect(await accounts.update(account.id, (seen) => ({ account: seen }))).toEqual({ outcome: 'missing' });
        expect(await accounts.erase(account.id, always)).toBe('missing');
        const { emailFingerprint, identity } = account;
        expect(await accounts.create(testAccount({ emailFingerprint, identity }), {})).toBe('created');
      }));

    test('decides on the account as it is, and leaves one that it shall not erase', () =>
      withStorage(open, async ({ storage }) => {
        const { accounts, audit } = storage;
        const account = await stored(storage);
        const seen: Account[] = [];
        const outcome = await accounts.erase(account.id, (now) => {
          seen.push(now);
          return null;
        });
        expect([outcome, seen]).toEqual(['unchanged', [account]]);
        expect(await accounts.byIdentity([testFingerprint('two')])).toEqual(account);
        expect(await audit.list({ limit: 1 })).toEqual([]);
      }));

    test('empties its mails: they are not sent any more, and only kinds and times stay', () =>
      withStorage(open, async ({ storage }) => {
        const { accounts, outbox } = storage;
        const account = await stored(storage);
        const [waiting, sent, other] = [
          testMail({ accountId: account.id, message: 'reset' }),
          testMail({ accountId: account.id, message: 'linked' }),
          testMail(),
        ];
        for (const mail of [waiting, sent, other]) await outbox.add([mail]);
        await outbox.delivered(sent.id, 2_000);
        await accounts.erase(account.id, always);
        expect((await outbox.claimDue(later, 10, 1)).map(({ id }) => id)).toEqual([other.id]);
        const rows = (await outbox.ofAccount(account.id)).map(({ message, deadReason, settledAt }) => [
          message,
          deadReason,
          settledAt,
        ]);
        expect(rows).toEqual([
          ['linked', null, 2_000],
          ['reset', 'erased', expect.any(Number)],
        ]);
        // A cast: what every back end opens can move house, which shows its rows as they lie.
        const lying = JSON.stringify(await (storage as MovableStorage).moving.read('outbox', null, 0));
        for (const { emailFingerprint } of [waiting, sent]) expect(lying).not.toContain(emailFingerprint);
        expect(lying).toContain(other.emailFingerprint);
      }));

    test('against changes at the same moment: one of the two is first, and nobody brings it back', () =>
      withStorage(open, async ({ storage }) => {
        const { accounts } = storage;
        for (let round = 0; round < 5; round += 1) {
          const account = testAccount();
          await accounts.create(account, {});
          const signIn = () =>
            accounts.update(account.id, (seen) => ({
              account: { ...seen, lastSignInAt: (seen.lastSignInAt ?? 0) + 1 },
            }));
          // As a job would that erases only what nobody has used since.
          const unused = (seen: Account) => (seen.lastSignInAt === null ? {} : null);
          const [erasure, ...others] = await Promise.all([
            accounts.erase(account.id, unused),
            ...racers.slice(0, 5).map(signIn),
          ]);
          const there = await accounts.byId(account.id);
          const outcomes = new Set(others.map(({ outcome }) => outcome));
          expect([erasure, there === null]).toEqual(there === null ? ['erased', true] : ['unchanged', false]);
          expect([...outcomes]).toEqual([there === null ? 'missing' : 'updated']);
          expect(await accounts.byEmail(account.emailFingerprint)).toEqual(there);
        }
      }));

    test('of many erasures at once one does it, and the effects are stored once', () =>
      withStorage(open, async ({ storage }) => {
        const account = await stored(storage);
        const audit = [testAudit({ event: 'account.erased', accountId: account.id })];
        const outcomes = await Promise.all(racers.map(() => storage.accounts.erase(account.id, () => ({ audit }))));
        expect(outcomes.filter((outcome) => outcome === 'erased')).toHaveLength(1);
        expect(outcomes.filter((outcome) => outcome === 'missing')).toHaveLength(racers.length - 1);
        expect(await storage.audit.list({ accountId: account.id, limit: 10 })).toHaveLength(1);
      }));
  });
}
