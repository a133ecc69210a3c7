import { describe, expect, test } from '@jest/globals';
import {
  createDataKey,
  identityFingerprints,
  indexKeyOf,
  openIdentityCode,
  openPerson,
  rewrappedDataKey,
  sealForAccount,
} from '../../src/identity/national-id.ts';
import type { AccountId } from '../../src/ids.ts';
import { SealBroken } from '../../src/secrets/aead.ts';
import { createKeyring } from '../../src/secrets/sealing.ts';
import { testKeyring, testKeys } from '../support/keyring.ts';

const keyring = testKeyring(1);
const finnish = { country: 'FI', idType: 'hetu', idValue: '131189Y902A' };
// The brand is a compile-time mark; tests may give it.
const accountId = (id: string) => id as AccountId;
const accountOf = (id: string) => ({ id: accountId(id), dataKey: createDataKey(keyring, accountId(id)).wrapped });

describe('fingerprints', () => {
  test('are equal for one person, begin with the id of their key and say nothing of the code', () => {
    const [print = '', ...more] = identityFingerprints(keyring, finnish);
    expect(identityFingerprints(keyring, finnish)).toEqual([print]);
    expect(more).toEqual([]);
    expect(print).toMatch(/^[0-9a-f]{8}\.[\w-]{43}$/);
    expect(print).not.toContain('131189');
  });

  test('differ by the sign in the middle, by country, by kind and by key', () => {
    const prints = [
      identityFingerprints(keyring, finnish),
      identityFingerprints(keyring, { ...finnish, idValue: '131189-902A' }),
      identityFingerprints(keyring, { ...finnish, country: 'EE' }),
      identityFingerprints(keyring, { ...finnish, idType: 'satu' }),
      identityFingerprints(testKeyring(2), finnish),
    ].flat();
    expect(new Set(prints).size).toBe(5);
    expect(new Set(prints.map((print) => print.split('.')[1])).size).toBe(5);
  });

  test('there is one for each index key, so that two configurations with one key in common agree on it', () => {
    const [one, two] = [testKeys(1), testKeys(2)];
    const both = createKeyring({ ...one, index: [...two.index, ...one.index] });
    const prints = identityFingerprints(both, finnish);
    expect(prints.map(indexKeyOf)).toEqual([...testKeyring(2).ids.index, ...keyring.ids.index]);
    expect(prints).toEqual([
      ...identityFingerprints(testKeyring(2), finnish),
      ...identityFingerprints(keyring, finnish),
    ]);
  });

  test('depend on the index key only: another master or lookup key finds the same person', () => {
    const other = createKeyring({ ...testKeys(5), index: testKeys(1).index });
    expect(identityFingerprints(other, finnish)).toEqual(identityFingerprints(keyring, finnish));
  });
});

describe('sealed for an account', () => {
  const seal = (account: ReturnType<typeof accountOf>) =>
    sealForAccount(keyring, account, 'identity-code', '131189Y902A');

  test('opens for the same account and field', () => {
    const aino = accountOf('aino');
    expect(openIdentityCode(keyring, aino, seal(aino))).toBe('131189Y902A');
    expect(openPerson(keyring, aino, sealForAccount(keyring, aino, 'person', '{}'))).toBe('{}');
  });

  test('cannot be moved to another field, another account or another data key', () => {
    const aino = accountOf('aino');
    const sealed = seal(aino);
    expect(() => openPerson(keyring, aino, sealed)).toThrow(SealBroken);
    for (const other of [
      accountOf('kaksi'),
      { ...aino, id: accountId('kaksi') },
      { ...aino, dataKey: accountOf('aino').dataKey },
    ])
      expect(() => openIdentityCode(keyring, other, sealed)).toThrow(SealBroken);
  });

  test('neither value nor failure shows the code', () => {
    const sealed = seal(accountOf('aino'));
    expect(Buffer.from(sealed.slice(3), 'base64url').toString('latin1')).not.toContain('131189');
    expect(new SealBroken().message).not.toContain(sealed);
  });

  test('a new master key needs the data key wrapped anew, and nothing else', () => {
    const aino = accountOf('aino');
    const sealed = seal(aino);
    const rotated = createKeyring({ ...testKeys(1), master: [...testKeys(2).master, ...testKeys(1).master] });
    const dataKey = rewrappedDataKey(rotated, aino);
    if (dataKey === null) throw new Error('it was under the old key');
    const rewrapped = { ...aino, dataKey };
    expect(rewrappedDataKey(rotated, rewrapped)).toBeNull();
    // The old key is gone; what the account had sealed before still opens.
    const later = createKeyring({ ...testKeys(1), master: testKeys(2).master });
    expect(openIdentityCode(later, rewrapped, sealed)).toBe('131189Y902A');
    expect(() => openIdentityCode(later, aino, sealed)).toThrow(SealBroken);
  });
});
