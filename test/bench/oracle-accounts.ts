/** Addresses of every kind that a stranger could try to tell apart, stored by the product's own modules. */
import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Account, StoredPassword } from '../../src/accounts/account.ts';
import { withLinkedIdentity, withPassword } from '../../src/accounts/account-rules.ts';
import { emailFingerprint, parseEmailAddress } from '../../src/accounts/email-address.ts';
import { newAccount } from '../../src/accounts/new-account.ts';
import { createPasswordHasher } from '../../src/accounts/password.ts';
import { loadConfig } from '../../src/config/load.ts';
import { sealAccountPerson } from '../../src/identity/linking.ts';
import { identityFingerprints, sealForAccount } from '../../src/identity/national-id.ts';
import { keyringOf } from '../../src/keys/keyring-of.ts';
import type { Keyring } from '../../src/secrets/sealing.ts';
import { openStorage } from '../../src/storage/open.ts';

export const knownKinds = ['active', 'bcrypt', 'sha256', 'no-hash'] as const;
export type KnownKind = (typeof knownKinds)[number];
export type Kind = KnownKind | 'unknown';

const root = join(import.meta.dirname, '../..');
const random = { bytes: randomBytes, int: randomInt };
const dayMs = 86_400_000;

/** As the earlier system of the demo world left them. */
const old: Record<Exclude<KnownKind, 'active'>, StoredPassword | null> = {
  bcrypt: { format: 'bcrypt', hash: '$2y$10$cz2dDQ.OXI3pL6Tr00lpLuRKMv67/zkdN3..3j2cPE6GsablP3ETS' },
  sha256: {
    format: 'digest',
    hash: 'digest$sha256$salt+password$6f696d612d76616e686131$4d78ce7203dc6c1bc4b89e9ec0e75606b73cef12cc27180a6f4e634fbefaf00a',
  },
  'no-hash': null,
};

export const addressOf = (kind: Kind, index: number): string => `${kind}-${index}@oracle.example`;

/** `count` accounts of each known kind; no Avain may run on this data folder. */
export async function seedOracle(env: NodeJS.ProcessEnv, count: number): Promise<void> {
  const config = await loadConfig({ env, root });
  const keyring = keyringOf(config.secrets);
  const { argon2 } = config.passwords;
  const hasher = createPasswordHasher({ argon2, concurrency: 1, maxQueue: 1, maxWaitMs: 60_000 });
  const password = await hasher.hash('Kesämökki#2024');
  const at = Date.now() - dayMs;
  const storage = await openStorage(config, { now: () => Date.now() }, pino({ level: 'warn' }, process.stderr));
  try {
    const made = knownKinds.flatMap((kind) =>
      Array.from({ length: count }, (_, index) => {
        const blank = blankAccount(keyring, addressOf(kind, index), at);
        const account = kind === 'active' ? linked(keyring, blank, password, at) : { ...blank, password: old[kind] };
        return storage.accounts.create(account, {});
      }),
    );
    const outcomes = await Promise.all(made);
    if (outcomes.some((outcome) => outcome !== 'created')) throw new Error('not every account could be made');
  } finally {
    await storage.close();
  }
}

function blankAccount(keyring: Keyring, email: string, createdAt: number): Account {
  const parsed = parseEmailAddress(email);
  if (!parsed.ok) throw new Error(`unusable address ${email}`);
  const fingerprint = emailFingerprint(keyring, parsed.address);
  return newAccount(
    { keyring, random },
    { email, emailFingerprint: fingerprint, locale: 'fi', createdAt, bornIn: null },
  );
}

function linked(keyring: Keyring, blank: Account, password: StoredPassword, at: number): Account {
  const account = withPassword({ ...blank, activatedAt: at }, password, at);
  const identity = {
    country: 'FI',
    idType: 'hetu',
    fingerprints: identityFingerprints(keyring, { country: 'FI', idType: 'hetu', idValue: blank.id }),
    sealedCode: sealForAccount(keyring, account, 'identity-code', blank.id),
    linkedAt: at,
  };
  const person = { name: 'Oona Oraakkeli', givenName: 'Oona', familyName: 'Oraakkeli', birthdate: '1980-01-01' };
  const sealed = sealAccountPerson(keyring, account, person);
  return { ...withLinkedIdentity(account, identity, sealed, at), importedFrom: null, greetedAt: at };
}
