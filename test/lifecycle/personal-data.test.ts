/** A person's own copy: every field of an account is in it, or on the list of what is not and why. */
import { expect, test } from '@jest/globals';
import type { Account } from '../../src/accounts/account.ts';
import { createDataKey, sealForAccount } from '../../src/identity/national-id.ts';
import type { AccountId, ClientId } from '../../src/ids.ts';
import { accountFields } from '../../src/lifecycle/account-fields.ts';
import { personalData } from '../../src/lifecycle/personal-data.ts';
import { testKeyring } from '../support/keyring.ts';
import { openTestStorage, testAccount, testClock, testFingerprint, testIdentity } from '../support/storage.ts';

const keyring = testKeyring(1);
const id = 'somebody' as AccountId;
const { wrapped: dataKey } = createDataKey(keyring, id);
const person = { name: 'Aino Testi', givenName: 'Aino', familyName: 'Testi', birthdate: '1989-11-13' };
const owed = { since: 5_000, rule: 'rate' } as const;
const [secretHash, undo] = ['a hash of a password', 'a hash of a token'];

const full: Account = testAccount({
  ...{ id, dataKey, nickname: 'Aino', importedFrom: 'vanha', barredAt: 7_000, mustChangePassword: true },
  password: { format: 'argon2id', hash: secretHash },
  previousAddresses: [
    {
      email: 'ennen@oma.example',
      emailFingerprint: testFingerprint('before'),
      replacedAt: 3_000,
      undoTokenHash: undo,
      undoUntil: 4_000,
    },
  ],
  relinking: { id: 'r', askedBy: 'Maija Tuki', askedAt: 6_000, reason: 'tiketti' },
  pendingAddress: {
    ...{ email: 'kohta@oma.example', emailFingerprint: testFingerprint('soon'), replaces: testFingerprint('now') },
    ...{ clientId: 'oima' as ClientId, askedAt: 1, dueAt: 2_000, undoTokenHash: undo, toldIn: [] },
  },
  deletion: { askedAt: 8_000, dueAt: 9_000, undoTokenHash: undo },
  identity: testIdentity('code'),
  sealedPerson: sealForAccount(keyring, { id, dataKey }, 'person', JSON.stringify(person)),
  ...{ identifiedAt: 2_500, codeProvedAt: 2_600, greetedAt: 2_700, lastSignInAt: 2_800, dormancyToldAt: 2_900 },
  ...{ owedIdentification: owed, owedCode: owed, mismatchMailedAt: 3_100, localeChosen: true },
  roles: [{ name: 'oima:hoitaja', givenAt: 3_150 }],
  groups: [{ name: 'kanta-hame', givenAt: 3_160 }],
  adminRole: 'support',
  terms: { oima: { version: '2', acceptedAt: 3_200 } },
  consents: { ['kuitti' as ClientId]: { scopes: ['email'], claims: [], givenAt: 3_300 } },
  factors: {
    authenticator: { sealedSecret: 'sealed secret', addedAt: 3_400, lastStep: 12 },
    passkeys: [
      {
        id: 'credential',
        publicKey: 'public key',
        signCount: 3,
        transports: [],
        name: 'Puhelin',
        backedUp: true,
        addedAt: 3_500,
        lastUsedAt: null,
      },
    ],
    recoveryCodes: { macs: ['a mac'], madeAt: 3_600 },
    always: true,
  },
});

const at = (whole: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown> | null)?.[name], whole);

test('every field of the account is told where the list says, and what is left out has a reason', async () => {
  const storage = await openTestStorage(testClock());
  const copy = JSON.parse(JSON.stringify(await personalData({ storage, keyring, clock: testClock() }, full, [])));
  await storage.close();
  expect(Object.keys(accountFields).sort()).toEqual(Object.keys(full).sort());
  for (const [field, place] of Object.entries(accountFields)) {
    if ('left' in place) expect([field, place.left.length > 10]).toEqual([field, true]);
    else expect([field, [undefined, null].includes(at(copy, place.told) as null)]).toEqual([field, false]);
  }
  expect(copy.identity.person).toEqual(person);
  const text = JSON.stringify(copy);
  const secrets = [secretHash, undo, dataKey, 'sealed secret', 'public key', 'a mac', 'sealed', full.emailFingerprint];
  for (const secret of [...secrets, 'Maija Tuki', 'tiketti']) expect(text).not.toContain(secret);
});
