/** An installation for the rotation of keys: files in a folder of its own, a store, and the operator's commands. */
import { randomBytes, randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from '../../src/accounts/account.ts';
import { withLinkedIdentity } from '../../src/accounts/account-rules.ts';
import { newAccount } from '../../src/accounts/new-account.ts';
import { limitsSchema, livesSchema } from '../../src/config/policy-schema.ts';
import type { Config } from '../../src/config/schema.ts';
import { keyList, withoutComments } from '../../src/config/secrets.ts';
import { signingKeysSchema } from '../../src/config/signing-keys-schema.ts';
import { type OperationDeps, perform } from '../../src/control/operation.ts';
import type { Clock, Deps } from '../../src/deps.ts';
import { identityFingerprints, sealForAccount } from '../../src/identity/national-id.ts';
import { type KeyKind, lineIdOf } from '../../src/keys/key-file.ts';
import { admitKeys } from '../../src/keys/key-state.ts';
import { keyOperations } from '../../src/keys/operations.ts';
import { cookieSigning } from '../../src/provider/cookie-signing.ts';
import { createKeyring, type Keyring } from '../../src/secrets/sealing.ts';
import { storedKeys } from '../../src/signing-keys/stored-source.ts';
import type { Storage } from '../../src/storage/ports.ts';
import { testFingerprint } from '../support/storage.ts';

export type KeyDeps = Pick<
  Deps,
  'config' | 'storage' | 'keyring' | 'keySource' | 'cookieSigning' | 'clock' | 'random' | 'log'
>;

const random = { bytes: randomBytes, int: randomInt };
const files = { master: 'master-key', index: 'identity-index-key', lookup: 'lookup-key', cookie: 'cookie-keys' };

/** One key each, if the folder has none yet. */
export async function writeKeys(folder: string): Promise<void> {
  for (const name of Object.values(files)) {
    const content = `# a comment\n${randomBytes(32).toString('base64')}\n`;
    await writeFile(join(folder, name), content, { mode: 0o600, flag: 'wx' });
  }
}

export async function readKeys(folder: string): Promise<Record<'master' | 'index' | 'lookup', readonly Buffer[]>> {
  const read = async (name: string) => keyList.parse(withoutComments(await readFile(join(folder, name), 'utf8'))) ?? [];
  return {
    master: await read(files.master),
    index: await read(files.index),
    lookup: await read(files.lookup),
  };
}

const linesOf = async (folder: string, kind: KeyKind): Promise<string[]> =>
  withoutComments(await readFile(join(folder, files[kind]), 'utf8')).split('\n');

/** The ids of the keys in a file, in their order. */
export async function keyIds(folder: string, kind: KeyKind): Promise<string[]> {
  return (await linesOf(folder, kind)).map((line) => lineIdOf(kind, line));
}

/** What a process is that starts on this folder and store: throws where the store needs other keys. */
export async function startOn(
  folder: string,
  storage: Storage,
  clock: Clock,
  kind: 'sqlite' | 'mongo-redis' = 'sqlite',
): Promise<KeyDeps> {
  const { master, index, lookup } = await readKeys(folder);
  const keyring = createKeyring({ master, index, lookup: lookup[0] ?? Buffer.alloc(0) });
  await admitKeys(storage.marks, keyring.ids, clock);
  // A cast: rotation reads these parts of the configuration only.
  const config = {
    profile: 'production',
    storage: { kind },
    signingKeys: signingKeysSchema.parse({}),
    lives: livesSchema.parse({}),
    limits: limitsSchema.parse({}),
    rosters: {},
    rosterRows: [],
    secrets: {
      keyFiles: {
        master: join(folder, files.master),
        index: join(folder, files.index),
        cookie: join(folder, files.cookie),
      },
    },
  } as unknown as Config;
  const log = { error: (what: object) => process.stderr.write(`${JSON.stringify(what)}\n`), info: () => {} };
  // A cast: of the log only these are used.
  const keySource = storedKeys({ keyring });
  const signing = cookieSigning(await linesOf(folder, 'cookie'));
  return {
    config,
    storage,
    keyring,
    keySource,
    cookieSigning: signing,
    clock,
    random,
    log: log as unknown as Deps['log'],
  };
}

/** `avain keys <command>` in that process. */
export async function avainKeys(deps: KeyDeps, command: string, ...args: string[]) {
  const lines: string[] = [];
  // A cast: these operations use these parts only.
  const end = await perform(keyOperations, deps as OperationDeps, { operation: `keys.${command}`, args }, (line) =>
    lines.push(line),
  );
  return { ...end, told: lines.join('\n') };
}

/** An account without identity, under the keys of the moment. */
export function blankAccount(keyring: Keyring): Account {
  const emailFingerprint = testFingerprint();
  return newAccount(
    { keyring, random },
    { email: 'a@oma.example', emailFingerprint, locale: 'fi', createdAt: 1_000, bornIn: null },
  );
}

/** Linked to this code, as the ceremony links. */
export function linkedTo(keyring: Keyring, account: Account, idValue: string): Account {
  const finnish = { country: 'FI', idType: 'hetu' };
  const fingerprints = identityFingerprints(keyring, { ...finnish, idValue });
  const sealedCode = sealForAccount(keyring, account, 'identity-code', idValue);
  const person = sealForAccount(keyring, account, 'person', '{}');
  return withLinkedIdentity(account, { ...finnish, fingerprints, sealedCode, linkedAt: 1_000 }, person, 1_000);
}
