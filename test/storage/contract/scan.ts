import { describe, expect, test } from '@jest/globals';
import type { Account } from '../../../src/accounts/account.ts';
import type { AccountId } from '../../../src/ids.ts';
import type { Accounts } from '../../../src/storage/ports.ts';
import { testAccount } from '../../support/storage.ts';
import { type OpenStorage, withStorage } from '../contract.ts';

export function scanContract(open: OpenStorage): void {
  describe('going through all accounts', () => {
    const made = async (accounts: Accounts, names: readonly string[]): Promise<readonly Account[]> => {
      // A cast: any text that is unique serves as an account's id.
      const all = names.map((name) => testAccount({ id: name as AccountId }));
      await Promise.all(all.map((account) => accounts.create(account, {})));
      return all;
    };

    test('gives each once, in the order of the ids, page by page', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const all = await made(accounts, ['b', 'A', '_', 'ab', '1', 'a', '-']);
        const seen: Account[] = [];
        for (
          let page = await accounts.scan(null, 3);
          page.length > 0;
          page = await accounts.scan(seen.at(-1)?.id ?? null, 3)
        ) {
          expect(page.length).toBeLessThanOrEqual(3);
          seen.push(...page);
        }
        // By code units, as JavaScript compares and sorts.
        expect(seen).toEqual(all.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
      }));

    test('goes on behind an account that is not there (any more), and ends with an empty page', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        await made(accounts, ['a', 'c']);
        expect((await accounts.scan('b' as AccountId, 5)).map(({ id }) => id)).toEqual(['c']);
        expect(await accounts.scan('c' as AccountId, 5)).toEqual([]);
      }));

    test('gives what is stored now, not what was created', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const [account] = await made(accounts, ['a']);
        await accounts.update('a' as AccountId, (before) => ({ account: { ...before, nickname: 'Aino' } }));
        expect(await accounts.scan(null, 5)).toEqual([{ ...account, version: 2, nickname: 'Aino' }]);
      }));
  });
}
