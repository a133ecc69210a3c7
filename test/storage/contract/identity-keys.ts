import { describe, expect, test } from '@jest/globals';
import { testAccount, testFingerprint, testIdentity } from '../../support/storage.ts';
import { type OpenStorage, withStorage } from '../contract.ts';

export function identityKeysContract(open: OpenStorage): void {
  describe('the fingerprints of an identity', () => {
    test('are taken and freed each by itself, while the index keys rotate', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const [old, young] = [testFingerprint('old'), testFingerprint('young')];
        const account = testAccount({ identity: testIdentity('old') });
        await accounts.create(account, {});
        const become = (...names: readonly string[]) =>
          accounts.update(account.id, (before) => ({ account: { ...before, identity: testIdentity(...names) } }));
        const rival = (...names: readonly string[]) =>
          accounts.create(testAccount({ identity: testIdentity(...names) }), {});
        expect((await become('young', 'old')).outcome).toBe('updated');
        for (const some of [[old], [young], [testFingerprint('unknown'), old]]) {
          expect((await accounts.byIdentity(some))?.id).toBe(account.id);
        }
        expect(await rival('another', 'young')).toBe('identity-taken');
        expect(await rival('old')).toBe('identity-taken');
        expect((await become('young')).outcome).toBe('updated');
        expect(await accounts.byIdentity([old])).toBeNull();
        expect(await rival('young', 'old')).toBe('identity-taken');
        expect(await rival('old')).toBe('created');
      }));
  });
}
