import { describe, expect, test } from '@jest/globals';
import type { Account } from '../../../src/accounts/account.ts';
import { testAccount, testAudit, testFingerprint } from '../../support/storage.ts';
import { type OpenStorage, racers, withStorage } from '../contract.ts';
import { withIdentity } from './accounts.ts';

export function accountRaces(open: OpenStorage): void {
  describe('races over accounts', () => {
    test.each<[string, string, () => Account]>([
      ['one address', 'email-taken', () => testAccount({ emailFingerprint: testFingerprint('address') })],
      ['one identity', 'identity-taken', () => withIdentity(testAccount(), 'identity')],
    ])('of 20 parallel creations with %s one succeeds', (_, refusal, make) =>
      withStorage(open, async ({ storage: { accounts, audit } }) => {
        const creations = racers.map(() => accounts.create(make(), { audit: [testAudit()] }));
        expect((await Promise.all(creations)).sort()).toEqual(
          ['created', ...racers.slice(1).map(() => refusal)].sort(),
        );
        expect(await audit.list({ limit: 100 })).toHaveLength(1);
      }),
    );

    test('of 20 parallel creations that spend one token one succeeds', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const outcomes = await Promise.all(racers.map(() => accounts.create(testAccount(), { spends: 'token' })));
        expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
        expect(outcomes.filter((outcome) => outcome === 'spent')).toHaveLength(19);
      }));

    test('of 20 accounts that link one identity in parallel one succeeds, and the others are unchanged', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const all = racers.map(() => testAccount());
        await Promise.all(all.map((account) => accounts.create(account, {})));
        const link = ({ id }: Account) =>
          accounts.update(id, (before) => ({ account: withIdentity(before, 'identity') }));
        const outcomes = (await Promise.all(all.map(link))).map(({ outcome }) => outcome);
        expect(outcomes.filter((outcome) => outcome === 'updated')).toHaveLength(1);
        expect(outcomes.filter((outcome) => outcome === 'identity-taken')).toHaveLength(19);
        const linked = await Promise.all(all.map(({ id }) => accounts.byId(id)));
        expect(linked.filter((account) => account?.identity)).toHaveLength(1);
        expect((await accounts.byIdentity([testFingerprint('identity')]))?.id).toBe(
          all[outcomes.indexOf('updated')]?.id,
        );
      }));

    test('50 parallel changes of one account all count, none twice', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const account = testAccount();
        await accounts.create(account, {});
        const add = () =>
          accounts.update(account.id, (before) => ({ account: { ...before, nickname: `${before.nickname ?? ''}x` } }));
        await Promise.all(Array.from({ length: 50 }, add));
        expect(await accounts.byId(account.id)).toEqual({ ...account, version: 51, nickname: 'x'.repeat(50) });
      }));

    test('a change decided on old data is decided again', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const account = testAccount();
        await accounts.create(account, {});
        const seen: (string | null)[] = [];
        const between: Promise<unknown>[] = [];
        await accounts.update(account.id, (before) => {
          seen.push(before.nickname);
          // Somebody else starts a change while this one is being decided: both must be in the end.
          if (seen.length === 1) {
            between.push(
              accounts.update(account.id, (other) => ({
                account: { ...other, nickname: `${other.nickname ?? ''}other ` },
              })),
            );
          }
          return { account: { ...before, nickname: `${before.nickname ?? ''}own ` } };
        });
        await Promise.all(between);
        const after = await accounts.byId(account.id);
        expect(after?.version).toBe(3);
        expect(['own other ', 'other own ']).toContain(after?.nickname);
      }));
  });
}
