/**
 * `npm run bench -- growth`: does a sign-in cost more where there are a million accounts than where there are a thousand?
 * Both Avains run at the same time and are measured in turns, on sqlite and, where its servers are there, on mongo-redis.
 */
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import type { Account } from '../../src/accounts/account.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { AccountId, Fingerprint } from '../../src/ids.ts';
import { openBackEnd } from '../../src/storage/open.ts';
import { median } from './median.ts';
import { root, type Server } from './server.ts';
import { createLoad } from './sign-ins.ts';
import { type StorageKind, startStores } from './stores.ts';
import { cheaperHash, seededHome, startAvain } from './subjects.ts';

export type Growth = {
  readonly accounts: number;
  readonly cpuMsPerSignIn: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly rssMb: number;
};

const people = 200;
const warmUp = 600;
const perRound = 400;
const rounds = 5;
const few = 1_000;

/** Prints a row for each size and storage, and the ratio of many to few. */
export async function measureGrowth(many: number, kinds: readonly StorageKind[]): Promise<void> {
  for (const kind of kinds) {
    const [small, large] = await measureOn(kind, many);
    for (const row of [small, large]) print(kind, row);
    console.log(
      `${kind}: CPU ${ratio(large.cpuMsPerSignIn, small.cpuMsPerSignIn)}, median ${ratio(large.medianMs, small.medianMs)}`,
    );
  }
}

async function measureOn(kind: StorageKind, many: number): Promise<[Growth, Growth]> {
  const homes = [await settle(kind, few), await settle(kind, many)] as const;
  try {
    for (const { load } of homes) await load.load(warmUp);
    const seen: { cpuMs: number; times: number[] }[][] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, { load, times }] of homes.entries()) {
        times.length = 0;
        const { perCpuSecond } = await load.load(perRound);
        seen[index]?.push({ cpuMs: 1_000 / perCpuSecond, times: [...times] });
      }
    }
    const figures = homes.map(({ avain, accounts }, index) => figuresOf(avain, accounts, seen[index] ?? []));
    // A cast: one for each of the two homes.
    return figures as [Growth, Growth];
  } finally {
    for (const home of homes) await home.stop();
  }
}

function figuresOf(avain: Server, accounts: number, own: readonly { cpuMs: number; times: number[] }[]): Growth {
  const times = own.flatMap((round) => round.times).sort((a, b) => a - b);
  return {
    accounts,
    cpuMsPerSignIn: median(own.map(({ cpuMs }) => cpuMs)),
    medianMs: median(own.map((round) => median(round.times))),
    p99Ms: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
    rssMb: avain.rssMb(),
  };
}

async function settle(kind: StorageKind, accounts: number) {
  const stores = await startStores(kind);
  const home = await seededHome(cheaperHash, stores, people);
  await addStrangers(kind, home.env, accounts - people);
  const avain = await startAvain(home.env);
  const times: number[] = [];
  const load = createLoad(avain, home, (ms) => times.push(ms));
  return {
    avain,
    accounts,
    load,
    times,
    stop: async () => {
      await load.close();
      await avain.stop();
      await Promise.all([home.forget(), stores.stop()]);
    },
  };
}

/** Accounts that nobody signs in to, written as a move writes them: thousands in one go. */
async function addStrangers(kind: StorageKind, env: NodeJS.ProcessEnv, count: number): Promise<void> {
  const config = await loadConfig({ env, root });
  const storage = await openBackEnd(kind, config, { now: () => Date.now() }, pino({ level: 'warn' }, process.stderr));
  const [model] = (await storage.moving.read('accounts', null, 0)).rows;
  if (!model) throw new Error('nobody to be like');
  const state = { from: 'bench', asOf: 0, nexts: {} };
  const page = 1_000;
  for (let made = 0; made < count; made += page) {
    const rows = Array.from({ length: Math.min(page, count - made) }, (_, index) => ({
      position: `stranger-${made + index}`,
      value: stranger(model.value),
    }));
    await storage.moving.write('accounts', rows, state);
  }
  await storage.moving.setState(null);
  await storage.close();
}

function stranger(model: Account): Account {
  const name = () => randomBytes(32).toString('base64url');
  const identity = model.identity && { ...model.identity, fingerprints: [name() as Fingerprint] };
  return { ...model, id: name().slice(0, 22) as AccountId, emailFingerprint: name() as Fingerprint, identity };
}

function print(kind: StorageKind, { accounts, cpuMsPerSignIn, medianMs, p99Ms, rssMb }: Growth): void {
  const cells = [accounts, cpuMsPerSignIn, medianMs, p99Ms, rssMb].map((cell) => cell.toFixed(1).padStart(12));
  console.log(`${kind.padEnd(12)}${cells.join('')}  (accounts, CPU ms of a sign-in, median ms, p99 ms, resident MB)`);
}

function ratio(a: number, b: number): string {
  return `${(a / b).toFixed(2)} times`;
}
