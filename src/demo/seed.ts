/**
 * Fills a new data folder with the accounts of the personas, by the product's own modules and before Avain starts.
 * A persona without an account is made one by walking the journey.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Account } from '../accounts/account.ts';
import { withLinkedIdentity, withPassword } from '../accounts/account-rules.ts';
import { emailFingerprint, parseEmailAddress } from '../accounts/email-address.ts';
import { newAccount } from '../accounts/new-account.ts';
import { createPasswordHasher } from '../accounts/password.ts';
import { termsInForce } from '../accounts/terms.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { parseHetu } from '../identity/hetu.ts';
import { sealAccountPerson } from '../identity/linking.ts';
import { identityFingerprints, sealForAccount } from '../identity/national-id.ts';
import { keyringOf } from '../keys/keyring-of.ts';
import type { Keyring } from '../secrets/sealing.ts';
import { openStorage } from '../storage/open.ts';
import type { Storage } from '../storage/ports.ts';
import { type Persona, personas } from './personas.ts';

const dayMs = 86_400_000;

/** Old hashes as the earlier system left them; the passwords are the personas' own. */
const oldHashes = {
  vanha: { format: 'bcrypt', hash: '$2y$10$cz2dDQ.OXI3pL6Tr00lpLuRKMv67/zkdN3..3j2cPE6GsablP3ETS' },
  heikko: {
    format: 'digest',
    hash: 'digest$sha256$salt+password$6f696d612d76616e686131$4d78ce7203dc6c1bc4b89e9ec0e75606b73cef12cc27180a6f4e634fbefaf00a',
  },
} as const;

const finnish = { country: 'FI', idType: 'hetu' } as const;

type Seeding = { readonly config: Config; readonly keyring: Keyring; readonly now: number };

function blank({ keyring, now }: Seeding, persona: Persona, daysAgo: number): Account {
  const parsed = parseEmailAddress(persona.email);
  if (!parsed.ok) throw new Error(`persona ${persona.key} has no usable address`);
  const { address } = parsed;
  const random = { bytes: randomBytes, int: randomInt };
  const createdAt = now - daysAgo * dayMs;
  const fingerprint = emailFingerprint(keyring, address);
  return newAccount(
    { keyring, random },
    { email: address.typed, emailFingerprint: fingerprint, locale: 'fi', createdAt, bornIn: null },
  );
}

/** Active, linked, identified ten days ago, greeted, terms of `oima` accepted. */
async function returning(seeding: Seeding, persona: Persona): Promise<Account> {
  const { config, keyring, now } = seeding;
  const at = now - 10 * dayMs;
  const { argon2 } = config.passwords;
  const hasher = createPasswordHasher({ argon2, concurrency: 1, maxQueue: 1, maxWaitMs: 60_000 });
  const account = withPassword(
    { ...blank(seeding, persona, 30), activatedAt: at },
    await hasher.hash(persona.password),
    at,
  );
  const hetu = parseHetu(persona.identityCode, { allowArtificial: true, now });
  if (!hetu.ok) throw new Error(`persona ${persona.key} has no usable identity code`);
  const fingerprints = identityFingerprints(keyring, { ...finnish, idValue: hetu.value.code });
  const sealedCode = sealForAccount(keyring, account, 'identity-code', hetu.value.code);
  const { name, givenName, familyName } = persona;
  const person = sealAccountPerson(keyring, account, { name, givenName, familyName, birthdate: hetu.value.birthdate });
  const identity = { ...finnish, fingerprints, sealedCode, linkedAt: at };
  // As of then: what came into force since is asked.
  const version = termsInForce(config, 'oima', at).at(-1)?.version;
  return {
    ...withLinkedIdentity(account, identity, person, at),
    terms: version === undefined ? {} : { oima: { version, acceptedAt: at } },
    greetedAt: at,
  };
}

function imported(seeding: Seeding, persona: Persona, password: Account['password']): Account {
  return { ...blank(seeding, persona, 900), password, importedFrom: 'vanha-oima' };
}

async function accountsOf(seeding: Seeding): Promise<Account[]> {
  const byKey = new Map(personas.map((persona) => [persona.key, persona]));
  const persona = (key: string): Persona => {
    const found = byKey.get(key);
    if (!found) throw new Error(`no persona ${key}`);
    return found;
  };
  const barred = await returning(seeding, persona('estetty'));
  return [
    await returning(seeding, persona('aino')),
    await returning(seeding, persona('kunta')),
    { ...(await returning(seeding, persona('hoitaja'))), adminRole: 'owner' },
    imported(seeding, persona('vanha'), oldHashes.vanha),
    imported(seeding, persona('heikko'), oldHashes.heikko),
    imported(seeding, persona('tuntematon'), null),
    { ...barred, barredAt: seeding.now - dayMs },
  ];
}

async function fill(storage: Storage, seeding: Seeding): Promise<void> {
  for (const account of await accountsOf(seeding)) {
    const { id: accountId, importedFrom } = account;
    const details = { source: importedFrom };
    const audit = {
      at: seeding.now,
      event: 'account.imported',
      accountId,
      clientId: null,
      journeyId: null,
      details,
    } as const;
    await storage.accounts.create(account, { audit: [audit] });
  }
}

/** Does nothing where the personas are there already. */
export async function seedWorld({ dataDir, env }: { dataDir: string; env: NodeJS.ProcessEnv }): Promise<void> {
  const root = join(import.meta.dirname, '../..');
  const config = await loadConfig({ env: { ...env, AVAIN_DATA_DIR: dataDir }, root });
  const keyring = keyringOf(config.secrets);
  const clock = { now: () => Date.now() };
  const storage = await openStorage(config, clock, pino({ level: 'warn' }, process.stderr));
  try {
    const seeding = { config, keyring, now: clock.now() };
    const first = blank(seeding, personas[1] ?? (personas[0] as Persona), 0);
    if ((await storage.accounts.byEmail(first.emailFingerprint)) === null) await fill(storage, seeding);
  } finally {
    await storage.close();
  }
}
