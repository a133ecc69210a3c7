import { describe, expect, test } from '@jest/globals';
import { createDataKey, identityFingerprint, openForAccount, sealForAccount } from '../../src/identity/national-id.ts';
import type { AccountId } from '../../src/ids.ts';
import { createKeyring, SealBroken } from '../../src/secrets/sealing.ts';

const keyring = createKeyring(Buffer.alloc(32, 1));
// The brand is a compile-time mark; tests may give it.
const accountId = (id: string) => id as AccountId;
const accountOf = (id: string) => ({ id: accountId(id), dataKey: createDataKey(keyring, accountId(id)).wrapped });

describe('fingerprint', () => {
  test('is equal for one person and says nothing of the code', () => {
    const fingerprint = identityFingerprint(keyring, { country: 'FI', idValue: '131189Y902A' });
    expect(identityFingerprint(keyring, { country: 'FI', idValue: '131189Y902A' })).toBe(fingerprint);
    expect(fingerprint).toMatch(/^k1\.[\w-]{43}$/);
    expect(fingerprint).not.toContain('131189');
  });

  test('differs by the sign in the middle, by country and by master key', () => {
    const prints = [
      identityFingerprint(keyring, { country: 'FI', idValue: '131189Y902A' }),
      identityFingerprint(keyring, { country: 'FI', idValue: '131189-902A' }),
      identityFingerprint(keyring, { country: 'EE', idValue: '131189Y902A' }),
      identityFingerprint(createKeyring(Buffer.alloc(32, 2)), { country: 'FI', idValue: '131189Y902A' }),
    ];
    expect(new Set(prints).size).toBe(prints.length);
  });
});

describe('sealed for an account', () => {
  test('opens for the same account and field', () => {
    const aino = accountOf('aino');
    expect(openForAccount(keyring, aino, 'code', sealForAccount(keyring, aino, 'code', '131189Y902A'))).toBe(
      '131189Y902A',
    );
  });

  test('cannot be moved to another field, another account or another data key', () => {
    const aino = accountOf('aino');
    const sealed = sealForAccount(keyring, aino, 'code', '131189Y902A');
    expect(() => openForAccount(keyring, aino, 'person', sealed)).toThrow(SealBroken);
    expect(() => openForAccount(keyring, accountOf('kaksi'), 'code', sealed)).toThrow(SealBroken);
    expect(() => openForAccount(keyring, { ...aino, id: accountId('kaksi') }, 'code', sealed)).toThrow(SealBroken);
    expect(() => openForAccount(keyring, { ...aino, dataKey: accountOf('aino').dataKey }, 'code', sealed)).toThrow(
      SealBroken,
    );
  });

  test('neither value nor failure shows the code', () => {
    const aino = accountOf('aino');
    const sealed = sealForAccount(keyring, aino, 'code', '131189Y902A');
    expect(Buffer.from(sealed.slice(3), 'base64url').toString('latin1')).not.toContain('131189');
    expect(new SealBroken().message).not.toContain(sealed);
  });
});
