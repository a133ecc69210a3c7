import { describe, expect, test } from '@jest/globals';
import type { AccountId, ClientId } from '../../../src/ids.ts';
import type { Logout } from '../../../src/storage/logout-port.ts';
import { type OpenStorage, racers, withStorage } from '../contract.ts';

const leaseMs = 30_000;
const claim = { limit: 10, leaseMs, except: [] } as const;

let made = 0;
function testLogout(clientId = 'oima', createdAt = 1_000): Logout {
  made += 1;
  const ids = { clientId: clientId as ClientId, accountId: 'account' as AccountId };
  return { id: `logout-${made}`, ...ids, sid: `sid.${made}`, createdAt };
}

export function logoutsContract(open: OpenStorage): void {
  describe('clients to be told of a logout', () => {
    test('are handed out when due, longest due first, again when the lease has run out, and not once told', () =>
      withStorage(open, async ({ storage: { logouts }, reopen }) => {
        const [late, early] = [testLogout('oima', 3_000), testLogout('oima', 2_000)];
        expect(await logouts.depth()).toEqual({ length: 0, oldestAt: null });
        await logouts.add([late, early]);
        expect(await logouts.depth()).toEqual({ length: 2, oldestAt: 2_000 });
        const opened = reopen ? (await reopen()).logouts : logouts;
        expect(await opened.claimDue(1_999, claim)).toEqual([]);
        expect(await opened.claimDue(5_000, { ...claim, limit: 1 })).toEqual([{ logout: early, attempts: 1 }]);
        expect(await opened.claimDue(5_000, claim)).toEqual([{ logout: late, attempts: 1 }]);
        expect(await opened.claimDue(5_000 + leaseMs - 1, claim)).toEqual([]);
        await opened.retryAt(late.id, 5_001);
        expect(await opened.claimDue(5_001, claim)).toEqual([{ logout: late, attempts: 2 }]);
        await opened.remove(late.id);
        await opened.retryAt(late.id, 5_002);
        expect(await opened.claimDue(5_000 + leaseMs, claim)).toEqual([{ logout: early, attempts: 2 }]);
      }));

    test('wait for a client that is let alone, and nobody else waits for it', () =>
      withStorage(open, async ({ storage: { logouts } }) => {
        const [deaf, other] = [testLogout('deaf'), testLogout('other', 2_000)];
        await logouts.add([deaf, other]);
        const except = ['deaf' as ClientId];
        expect(await logouts.claimDue(9_000, { ...claim, limit: 1, except })).toEqual([{ logout: other, attempts: 1 }]);
        expect(await logouts.claimDue(9_000, claim)).toEqual([{ logout: deaf, attempts: 1 }]);
      }));

    test('are never given to two of many parallel workers', () =>
      withStorage(open, async ({ storage: { logouts } }) => {
        await logouts.add(racers.map(() => testLogout()));
        const claims = await Promise.all(racers.map(() => logouts.claimDue(2_000, { ...claim, limit: 4 })));
        const ids = claims.flat().map(({ logout }) => logout.id);
        expect(new Set(ids).size).toBe(ids.length);
      }));
  });
}
