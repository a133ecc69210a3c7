import { readFile } from 'node:fs/promises';
import { exists, replaceSecretFile, writeSecretFile } from '../config/secret-file.ts';
import { brokerKeysContent } from '../config/secrets.ts';
import { createBrokerKeys, createKey, type KeyRole, type PrivateJwks, roleOf, stateOf } from '../upstream/ftn/keys.ts';
import { nextStep, type RotationStep, takeStep } from '../upstream/ftn/rotation.ts';
import { readKeyFile } from '../upstream/key-file.ts';
import { BrokerCommandRefused, type NamedBroker } from './on-broker.ts';

export const keyRoles: readonly KeyRole[] = ['sig', 'enc', 'entity'];

/** `avain broker keys create`: the first keys towards a broker, or the entity key that a file from elsewhere lacks. */
export async function createKeys({ id, keysFile, settings }: NamedBroker, { ec = false }): Promise<void> {
  const now = Date.now();
  if (!(await exists(keysFile))) {
    await writeSecretFile(keysFile, brokerKeysContent(await createBrokerKeys({ now, ec }), settings.profile));
    say(`Made ${keysFile}: one key each to sign, to decrypt, and for our entity statement.`);
    say(`Keep a copy apart. Next: avain broker jwks ${id}, or avain broker entity-statement ${id}`);
    return;
  }
  const keys = await keysOf(keysFile);
  if (keys.keys.some((key) => roleOf(key) === 'entity')) {
    throw new BrokerCommandRefused(`${keysFile} is there already. To change keys: avain broker keys rotate ${id} sig`);
  }
  const entity = await createKey('entity', { state: 'active', since: new Date(now).toISOString() });
  await rewrite(keysFile, { keys: [...keys.keys, entity] });
  say(`Added an entity key to ${keysFile}; the other keys are as they were.`);
}

/** `avain broker keys rotate`: the next of the three steps of one role, when its time has come. */
export async function rotateKeys(
  { id, keysFile }: NamedBroker,
  role: KeyRole,
  { ec = false, force = false },
): Promise<void> {
  const now = Date.now();
  const keys = await keysOf(keysFile);
  const step = nextStep(keys, role);
  if (now < step.dueAt && !force) {
    const when = `It may be done from ${timeOf(step.dueAt)}, or now with --force after an incident`;
    throw new BrokerCommandRefused(`Too early to ${inWords(step, role)}: docs/brokers.md says why. ${when}.`);
  }
  const after = await takeStep(keys, role, { now, ec });
  await rewrite(keysFile, after);
  say(`Done: ${inWords(step, role)}. A running Avain takes it up within seconds.`);
  const next = nextStep(after, role);
  if (step.step !== 'remove') say(`Next, from ${timeOf(next.dueAt)}: avain broker keys rotate ${id} ${role}`);
  for (const line of hints(step, role, id)) say(line);
}

/** `avain broker keys list`: every key by its name and state; nothing of a key itself. */
export async function listKeys({ keysFile }: NamedBroker, { json = false }: { json?: boolean }): Promise<void> {
  const keys = await keysOf(keysFile);
  if (json) return say(JSON.stringify(asObject(keys), null, 2));
  say(`${'role'.padEnd(8)}${'state'.padEnd(10)}${'since'.padEnd(22)}${'type'.padEnd(6)}kid`);
  for (const key of keys.keys) {
    const since = key.avain_since === undefined ? '-' : timeOf(Date.parse(key.avain_since));
    const type = key.kty ?? '?';
    say(`${(roleOf(key) ?? '?').padEnd(8)}${stateOf(key).padEnd(10)}${since.padEnd(22)}${type.padEnd(6)}${key.kid}`);
  }
  for (const role of keyRoles) {
    const step = nextStep(keys, role);
    say(`Next for ${role}: ${inWords(step, role)}${step.dueAt > Date.now() ? `, from ${timeOf(step.dueAt)}` : ''}`);
  }
}

function asObject(keys: PrivateJwks) {
  const next = keyRoles.map((role) => {
    const { step, dueAt } = nextStep(keys, role);
    return { role, step, dueAt: new Date(dueAt).toISOString() };
  });
  const told = keys.keys.map((key) => ({
    kid: key.kid,
    role: roleOf(key) ?? null,
    state: stateOf(key),
    since: key.avain_since ?? null,
    type: key.kty ?? null,
  }));
  return { keys: told, next };
}

/** Our private keys towards a broker; refused in words where there are none. */
export async function keysOf(keysFile: string): Promise<PrivateJwks> {
  return readKeyFile(keysFile).catch((error: NodeJS.ErrnoException) => {
    const found = error.code === 'ENOENT' ? `There is no ${keysFile}` : error.message;
    throw new BrokerCommandRefused(`${found}. New keys: avain broker keys create BROKER`);
  });
}

/** Other members of the file stay, above all the mark of the development profile. */
async function rewrite(file: string, { keys }: PrivateJwks): Promise<void> {
  const content: unknown = JSON.parse((await readFile(file, 'utf8')).replaceAll(/^#.*$/gm, ''));
  await replaceSecretFile(file, `${JSON.stringify({ ...Object(content), keys }, null, 2)}\n`);
}

const words: Readonly<Record<KeyRole, Readonly<Record<RotationStep['step'], string>>>> = {
  sig: {
    create: 'make a new signing key, published and not yet used',
    activate: 'sign with the new key, the old one staying published',
    remove: 'remove the old signing key',
  },
  enc: {
    create: 'make a new decryption key, able to decrypt and not yet published',
    activate: 'publish the new encryption key instead of the old one, which still decrypts',
    remove: 'remove the old decryption key',
  },
  entity: {
    create: 'make a new entity key, named in our entity statement and not yet used',
    activate: 'sign our entity statement and key set with the new entity key',
    remove: 'remove the old entity key from our entity statement',
  },
};

function inWords({ step }: RotationStep, role: KeyRole): string {
  return words[role][step];
}

function hints({ step }: RotationStep, role: KeyRole, id: string): readonly string[] {
  if (role === 'entity') return [`Hand the broker the new statement: avain broker entity-statement ${id} --sha256`];
  const published = role === 'sig' || step === 'activate';
  return published ? [`If the broker keeps our keys by hand, give it the new set: avain broker jwks ${id}`] : [];
}

function timeOf(ms: number): string {
  return ms <= 0 ? 'now' : `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
