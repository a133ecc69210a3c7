import { describe, expect, test } from '@jest/globals';
import type { Account } from '../../../src/accounts/account.ts';
import { testAccount, testAudit } from '../../support/storage.ts';
import { type OpenStorage, racers, withStorage } from '../contract.ts';
import { keptAndBorn, withAddressOf } from './absorb.ts';

export function absorbRaces(open: OpenStorage): void {
  describe('races of absorbing', () => {
    test('of 20 accounts that absorb one, one gets its address, and the others keep theirs', () =>
      withStorage(open, async ({ storage: { accounts, audit } }) => {
        const born = testAccount();
        await accounts.create(born, {});
        const all = racers.map(() => testAccount());
        await Promise.all(all.map((account) => accounts.create(account, {})));
        const absorb = ({ id }: Account) =>
          accounts.absorb(id, born.id, (...both) => ({ ...withAddressOf(...both), effects: { audit: [testAudit()] } }));
        const outcomes = (await Promise.all(all.map(absorb))).map(({ outcome }) => outcome);
        expect(outcomes.toSorted()).toEqual([...racers.slice(1).map(() => 'missing'), 'updated']);
        const winner = all[outcomes.indexOf('updated')];
        expect((await accounts.byEmail(born.emailFingerprint))?.id).toBe(winner?.id);
        for (const loser of all.filter((account) => account !== winner)) {
          expect(await accounts.byEmail(loser.emailFingerprint)).toEqual(loser);
        }
        expect(await audit.list({ limit: 100 })).toHaveLength(1);
      }));

    test('changes of both meanwhile are in what was made of them, or find nobody any more', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const { kept, born } = await keptAndBorn(accounts);
        const add = (id: Account['id'], mark: string) =>
          accounts.update(id, (before) => ({ account: { ...before, nickname: `${before.nickname ?? ''}${mark}` } }));
        const absorbing = async () => {
          await Promise.all(racers.slice(0, 3).map(() => accounts.byId(kept.id)));
          return accounts.absorb(kept.id, born.id, (own, other) => ({
            account: { ...withAddressOf(own, other).account, nickname: `${own.nickname ?? ''}${other.nickname ?? ''}` },
          }));
        };
        const changes = racers.map((n) => add(n % 2 ? kept.id : born.id, n % 2 ? 'k' : 'b'));
        const [absorbed, ...changed] = await Promise.all([absorbing(), ...changes]);
        expect(absorbed.outcome).toBe('updated');
        const done = changed.flatMap(({ outcome }, n) => (outcome === 'updated' ? [n % 2 ? 'k' : 'b'] : []));
        // Of those of the kept one none was lost.
        expect(done.filter((mark) => mark === 'k')).toHaveLength(10);
        const account = await accounts.byEmail(born.emailFingerprint);
        expect(account?.id).toBe(kept.id);
        expect([...(account?.nickname ?? '')].sort().join('')).toBe(done.sort().join(''));
      }));

    test("the address is somebody's all the time, and the one left behind goes to one of many", () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const { kept, born } = await keptAndBorn(accounts);
        let over = false;
        const owners = new Set<string | undefined>();
        const watch = async () => {
          while (!over) owners.add((await accounts.byEmail(born.emailFingerprint))?.id);
        };
        const watching = [watch(), watch(), watch()];
        const signUps = (address: Account['emailFingerprint']) =>
          racers.slice(0, 8).map(() => accounts.create(testAccount({ emailFingerprint: address }), {}));
        const [absorbed, ...signedUp] = await Promise.all([
          accounts.absorb(kept.id, born.id, withAddressOf),
          ...signUps(born.emailFingerprint),
          ...signUps(kept.emailFingerprint),
        ]);
        const after = await Promise.all(signUps(kept.emailFingerprint));
        over = true;
        await Promise.all(watching);
        expect(absorbed.outcome).toBe('updated');
        expect([...owners].filter((id) => id !== born.id && id !== kept.id)).toEqual([]);
        expect(signedUp.slice(0, 8)).not.toContain('created');
        expect([...signedUp.slice(8), ...after].filter((outcome) => outcome === 'created')).toHaveLength(1);
        expect((await accounts.byEmail(kept.emailFingerprint))?.id).not.toBe(kept.id);
      }));

    test('two that absorb each other end as one', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const [one, other] = [testAccount(), testAccount()];
        for (const account of [one, other]) await accounts.create(account, {});
        const outcomes = await Promise.all([
          accounts.absorb(one.id, other.id, withAddressOf),
          accounts.absorb(other.id, one.id, withAddressOf),
        ]);
        expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['missing', 'updated']);
        const left = await accounts.scan(null, 10);
        expect(left).toHaveLength(1);
        expect(left[0]?.id).toBe(outcomes[0].outcome === 'updated' ? one.id : other.id);
      }));
  });
}
