/** What is measured, side by side: Avain on a data folder of its own with people in it, and the bare provider. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hash as argon2 } from '@node-rs/argon2';
import { freePort } from '../support/free-ports.ts';
import { seedAccounts } from './seed-accounts.ts';
import { benchEnvironment, type Server, shippedFlags, startServer } from './server.ts';
import { type StorageKind, type Stores, startStores } from './stores.ts';
import { password } from './visitor.ts';

/** As in AVAIN_ARGON2: memory in KiB, passes, parallelism. */
export type Argon2 = readonly [memoryKib: number, passes: number, parallelism: number];

export const cheaperHash: Argon2 = [7_168, 5, 1];
export const shippedHash: Argon2 = [19_456, 2, 1];

export type Subjects = {
  readonly avain: Server;
  readonly bare: Server;
  readonly clientSecret: string;
  readonly emails: readonly string[];
  /** Processor milliseconds of one verification, measured now. */
  hashCpuMs(count: number): Promise<number>;
  stop(): Promise<void>;
};

const people = 200;
const bareProvider = new URL('./bare-provider.mjs', import.meta.url);
const hashCost = new URL('./hash-cost.mjs', import.meta.url);

export type SubjectOptions = { readonly storage?: StorageKind; readonly flags?: readonly string[] };

export async function startSubjects(
  parameters: Argon2,
  { storage = 'sqlite', flags = [] }: SubjectOptions = {},
): Promise<Subjects> {
  const stores = await startStores(storage);
  const { env, emails, clientSecret, hash, forget } = await seededHome(parameters, stores, people);
  const avain = await startAvain(env, flags);
  const bare = await startBare(hash, clientSecret);
  const cost = startHashCost(hash);
  return {
    avain,
    bare,
    emails,
    clientSecret,
    hashCpuMs: cost.measure,
    stop: async () => {
      cost.stop();
      await Promise.all([avain.stop(), bare.stop()]);
      await Promise.all([forget(), stores.stop()]);
    },
  };
}

/** A data folder and stores with people in them, and the environment in which Avain serves them. */
export async function seededHome(parameters: Argon2, stores: Pick<Stores, 'env'>, count: number) {
  const [memoryCost, timeCost, parallelism] = parameters;
  const hash = await argon2(password.normalize('NFC'), { memoryCost, timeCost, parallelism });
  const dataDir = await mkdtemp(join(tmpdir(), 'avain-bench-'));
  const env = {
    ...benchEnvironment(),
    AVAIN_DATA_DIR: dataDir,
    AVAIN_PORT: String(await freePort()),
    AVAIN_CLIENTS_DIR: 'test/bench/clients',
    AVAIN_ARGON2: parameters.join(','),
    CHANCE: 'never',
    ...stores.env,
  };
  const { emails, clientSecret } = await seedAccounts(env, count, hash);
  return { env, emails, clientSecret, hash, forget: () => rm(dataDir, { recursive: true, force: true }) };
}

export function startAvain(
  env: NodeJS.ProcessEnv & { readonly AVAIN_PORT: string },
  flags: readonly string[] = [],
): Promise<Server> {
  return startServer({
    name: 'Avain',
    args: [...shippedFlags(), ...flags, 'bin/avain.mjs', 'serve'],
    origin: `http://localhost:${env.AVAIN_PORT}`,
    readyPath: '/health/ready',
    env,
  });
}

async function startBare(hash: string, clientSecret: string): Promise<Server> {
  const port = await freePort();
  return startServer({
    name: 'bare oidc-provider',
    args: [...shippedFlags(), fileURLToPath(bareProvider), String(port), hash, clientSecret],
    origin: `http://localhost:${port}`,
    readyPath: '/.well-known/openid-configuration',
    env: benchEnvironment(),
  });
}

function startHashCost(hash: string) {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
  const args = [...shippedFlags(), fileURLToPath(hashCost), hash];
  const child = spawn(process.execPath, args, { env: benchEnvironment(), stdio: [...stdio] });
  return {
    measure: async (count: number): Promise<number> => {
      child.send({ count, password: password.normalize('NFC') });
      const [cpuMs] = await once(child, 'message');
      return Number(cpuMs);
    },
    stop: () => child.disconnect(),
  };
}
