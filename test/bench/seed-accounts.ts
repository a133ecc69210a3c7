/** People who signed in before, by the product's own modules: active, linked, identified, greeted, terms accepted. */
import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Account } from '../../src/accounts/account.ts';
import { withLinkedIdentity, withPassword } from '../../src/accounts/account-rules.ts';
import { emailFingerprint, parseEmailAddress } from '../../src/accounts/email-address.ts';
import { newAccount } from '../../src/accounts/new-account.ts';
import { loadConfig } from '../../src/config/load.ts';
import { sealAccountPerson } from '../../src/identity/linking.ts';
import { identityFingerprints, sealForAccount } from '../../src/identity/national-id.ts';
import { keyringOf } from '../../src/keys/keyring-of.ts';
import type { Keyring } from '../../src/secrets/sealing.ts';
import { openBackEnd } from '../../src/storage/open.ts';

const root = join(import.meta.dirname, '../..');
const random = { bytes: randomBytes, int: randomInt };
const person = { name: 'Mitta Mittari', givenName: 'Mitta', familyName: 'Mittari', birthdate: '1980-01-01' };

export type Seeds = { readonly emails: readonly string[]; readonly clientSecret: string };

/** Fills the data folder of `env` before Avain starts; `hash` is everybody's password. */
export async function seedAccounts(env: NodeJS.ProcessEnv, count: number, hash: string): Promise<Seeds> {
  const config = await loadConfig({ env, root });
  const keyring = keyringOf(config.secrets);
  const now = Date.now();
  const storage = await openBackEnd(
    config.storage.kind,
    config,
    { now: () => now },
    pino({ level: 'warn' }, process.stderr),
  );
  const version = config.terms.oima?.at(-1)?.version;
  const emails = Array.from({ length: count }, (_, index) => `person${index}@bench.example`);
  try {
    const rows = emails.map((email, index) => {
      const account = returning(keyring, email, index, hash, now - 86_400_000);
      const terms: Account['terms'] = version === undefined ? {} : { oima: { version, acceptedAt: now } };
      return { position: String(index), value: { ...account, version: 1, terms } };
    });
    // As a move writes them: hundreds in one go.
    await storage.moving.write('accounts', rows, { from: 'bench', asOf: 0, nexts: {} });
    await storage.moving.setState(null);
  } finally {
    await storage.close();
  }
  const secret = config.clients.find(({ id }) => id === 'bench-web')?.secret;
  if (!secret) throw new Error('the client of the bench has no secret');
  return { emails, clientSecret: secret.reveal() };
}

function returning(keyring: Keyring, email: string, index: number, hash: string, at: number): Account {
  const parsed = parseEmailAddress(email);
  if (!parsed.ok) throw new Error(`unusable address ${email}`);
  const fingerprint = emailFingerprint(keyring, parsed.address);
  const blank = newAccount(
    { keyring, random },
    { email, emailFingerprint: fingerprint, locale: 'fi', createdAt: at, bornIn: null },
  );
  const account = withPassword({ ...blank, activatedAt: at }, { format: 'argon2id', hash }, at);
  const identity = {
    country: 'FI',
    idType: 'hetu',
    fingerprints: identityFingerprints(keyring, { country: 'FI', idType: 'hetu', idValue: `bench-${index}` }),
    sealedCode: sealForAccount(keyring, account, 'identity-code', `bench-${index}`),
    linkedAt: at,
  };
  const linked = withLinkedIdentity(account, identity, sealAccountPerson(keyring, account, person), at);
  return { ...linked, greetedAt: at };
}
