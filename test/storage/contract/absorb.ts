import { describe, expect, test } from '@jest/globals';
import type { Account } from '../../../src/accounts/account.ts';
import type { Accounts, Change } from '../../../src/storage/ports.ts';
import { testAccount, testAudit, testFingerprint, testIdentity, testMail } from '../../support/storage.ts';
import { type OpenStorage, withStorage } from '../contract.ts';

/** What an absorption is for: the kept account gets the address of the other. */
export const withAddressOf = (kept: Account, born: Account): Change => ({
  account: { ...kept, email: born.email, emailFingerprint: born.emailFingerprint },
});

/** One with an identity, and one that is half made. */
export async function keptAndBorn(accounts: Accounts): Promise<{ readonly kept: Account; readonly born: Account }> {
  const [kept, born] = [testAccount({ identity: testIdentity('identity') }), testAccount()];
  await accounts.create(kept, {});
  await accounts.create(born, {});
  return { kept, born };
}

export function absorbContract(open: OpenStorage): void {
  describe('absorbing an account', () => {
    test('gives its address to the other, which leaves its own behind, and ends it', () =>
      withStorage(open, async ({ storage }) => {
        const { accounts, audit, outbox } = storage;
        const { kept, born } = await keptAndBorn(accounts);
        const effects = {
          audit: [testAudit({ accountId: kept.id })],
          mails: [testMail(), testMail()],
          spends: 'token',
        };
        const result = await accounts.absorb(kept.id, born.id, (...both) => ({ ...withAddressOf(...both), effects }));
        const stored = { ...withAddressOf(kept, born).account, version: 2 };
        expect(result).toEqual({ outcome: 'updated', account: stored });
        expect(await accounts.byId(kept.id)).toEqual(stored);
        expect(await accounts.byEmail(born.emailFingerprint)).toEqual(stored);
        expect(await accounts.byIdentity([testFingerprint('identity')])).toEqual(stored);
        expect(await accounts.byId(born.id)).toBeNull();
        expect(await accounts.byEmail(kept.emailFingerprint)).toBeNull();
        expect(await accounts.scan(null, 10)).toEqual([stored]);
        expect(await audit.list({ limit: 10 })).toEqual(effects.audit);
        expect(await outbox.claimDue(1e12, 10, 1)).toHaveLength(2);
        expect(await accounts.isSpent('token')).toBe(true);
        const heir = testAccount({ emailFingerprint: kept.emailFingerprint });
        expect(await accounts.create(heir, {})).toBe('created');
        const rival = testAccount({ emailFingerprint: born.emailFingerprint });
        expect(await accounts.create(rival, {})).toBe('email-taken');
      }));

    test('leaves what was made of it an account like any other', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const { kept, born } = await keptAndBorn(accounts);
        await accounts.absorb(kept.id, born.id, withAddressOf);
        const back = await accounts.update(kept.id, (before) => ({
          account: { ...before, emailFingerprint: kept.emailFingerprint },
        }));
        expect(back.outcome).toBe('updated');
        expect((await accounts.byEmail(kept.emailFingerprint))?.id).toBe(kept.id);
        expect(await accounts.byEmail(born.emailFingerprint)).toBeNull();
        const another = testAccount({ emailFingerprint: born.emailFingerprint });
        expect(await accounts.create(another, {})).toBe('created');
        expect((await accounts.absorb(kept.id, another.id, withAddressOf)).outcome).toBe('updated');
        expect((await accounts.byEmail(born.emailFingerprint))?.id).toBe(kept.id);
      }));

    test('frees the address of both where the change wants a third', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const { kept, born } = await keptAndBorn(accounts);
        const emailFingerprint = testFingerprint('third');
        await accounts.absorb(kept.id, born.id, (before) => ({ account: { ...before, emailFingerprint } }));
        expect((await accounts.byEmail(emailFingerprint))?.id).toBe(kept.id);
        for (const free of [kept.emailFingerprint, born.emailFingerprint]) {
          expect(await accounts.byEmail(free)).toBeNull();
          expect(await accounts.create(testAccount({ emailFingerprint: free }), {})).toBe('created');
        }
      }));

    test('goes on through several: who absorbed is absorbed itself', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const [first, second, third] = [testAccount(), testAccount(), testAccount()];
        for (const account of [first, second, third]) await accounts.create(account, {});
        expect((await accounts.absorb(second.id, first.id, withAddressOf)).outcome).toBe('updated');
        expect((await accounts.absorb(third.id, second.id, withAddressOf)).outcome).toBe('updated');
        expect((await accounts.byEmail(first.emailFingerprint))?.id).toBe(third.id);
        expect(await accounts.scan(null, 10)).toHaveLength(1);
        expect(await accounts.update(second.id, (account) => ({ account }))).toEqual({ outcome: 'missing' });
      }));

    test('is refused with nothing changed where a key of a third or a spent token is wanted', () =>
      withStorage(open, async ({ storage }) => {
        const { accounts } = storage;
        const { kept, born } = await keptAndBorn(accounts);
        const third = testAccount({ identity: testIdentity('of the third') });
        await accounts.create(third, { spends: 'token' });
        const attempt = (wanted: Partial<Account>, spends?: string) =>
          accounts.absorb(kept.id, born.id, (...both) => ({
            account: { ...withAddressOf(...both).account, ...wanted },
            effects: { audit: [testAudit()], ...(spends !== undefined && { spends }) },
          }));
        expect(await attempt({ emailFingerprint: third.emailFingerprint })).toEqual({ outcome: 'email-taken' });
        expect(await attempt({ identity: third.identity })).toEqual({ outcome: 'identity-taken' });
        expect(await attempt({}, 'token')).toEqual({ outcome: 'spent' });
        expect(await accounts.byId(kept.id)).toEqual(kept);
        expect(await accounts.byEmail(born.emailFingerprint)).toEqual(born);
        expect(await storage.audit.list({ limit: 10 })).toEqual([]);
        const changed = await accounts.update(born.id, (before) => ({
          account: { ...before, nickname: 'still there' },
        }));
        expect(changed.outcome).toBe('updated');
      }));

    test('answers "unchanged" where the change is null, and "missing" where either is gone', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const { kept, born } = await keptAndBorn(accounts);
        expect(await accounts.absorb(kept.id, born.id, () => null)).toEqual({ outcome: 'unchanged', account: kept });
        const nobody = testAccount().id;
        expect(await accounts.absorb(kept.id, nobody, withAddressOf)).toEqual({ outcome: 'missing' });
        expect(await accounts.absorb(nobody, born.id, withAddressOf)).toEqual({ outcome: 'missing' });
        expect(await accounts.byId(born.id)).toEqual(born);
      }));

    test('never loses an identity, and an account does not absorb itself', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const { kept, born } = await keptAndBorn(accounts);
        await expect(accounts.absorb(born.id, kept.id, withAddressOf)).rejects.toThrow('has an identity');
        await expect(accounts.absorb(born.id, born.id, withAddressOf)).rejects.toThrow('itself');
        expect(await accounts.byId(kept.id)).toEqual(kept);
        expect(await accounts.byId(born.id)).toEqual(born);
      }));
  });
}
