import { describe, expect, test } from '@jest/globals';
import { testAccount } from '../../support/storage.ts';
import { type OpenStorage, withStorage } from '../contract.ts';

export function wholeStoreContract(open: OpenStorage): void {
  describe('the whole store', () => {
    test('answers a ping, and after closing refuses every call instead of saying "absent"', async () => {
      const { storage, close, clock } = await open();
      await storage.ping();
      expect(storage.notBefore).toBeLessThan(clock.now());
      await close();
      await expect(storage.ping()).rejects.toThrow();
      await expect(storage.accounts.byId(testAccount().id)).rejects.toThrow();
      await expect(storage.accounts.create(testAccount(), {})).rejects.toThrow();
      await expect(storage.links.get('key')).rejects.toThrow();
      await expect(storage.artifacts.find('Session', 'id')).rejects.toThrow();
      await expect(storage.artifacts.consume('AuthorizationCode', 'id')).rejects.toThrow();
      await expect(storage.limits.hit('key', 1)).rejects.toThrow();
    });

    test('closing writes out what was started before it', () =>
      withStorage(open, async ({ storage, reopen, clock }) => {
        const account = testAccount();
        const started = [
          storage.accounts.create(account, {}),
          storage.newestLinks.put('key', { tokenHash: 'hash' }, clock.now() + 1_000),
        ];
        if (!reopen) {
          await Promise.all(started);
          return;
        }
        const again = await reopen();
        await Promise.all(started);
        expect(await again.accounts.byId(account.id)).toEqual(account);
        expect(await again.newestLinks.get('key')).toEqual({ tokenHash: 'hash' });
      }));
  });
}
