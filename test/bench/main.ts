/**
 * `npm run bench`: speed and weight of Avain beside a bare oidc-provider, in one run on one machine (Linux). Ratios matter;
 * figures move with the machine and with what else it does. `-- --json` prints one object, `-- --rounds=n` measures
 * longer, `-- --storage mongo-redis` measures on that storage, beside Avain on sqlite too; `-- profile` shows where the time of
 * sign-ins goes, `-- endpoints` what each endpoint answers, `-- growth` what a million accounts cost. Lives here: one file for each thing measured.
 */
import { parseArgs } from 'node:util';
import { measureEndpoints } from './endpoints.ts';
import { measureGrowth } from './growth.ts';
import { median } from './median.ts';
import { measureSignInPage } from './page-weight.ts';
import { profile } from './profile.ts';
import { countRoundTrips, type RoundTrips } from './round-trips.ts';
import { createLoad, measureSignIns, type SignInFigures } from './sign-ins.ts';
import { measureReady, measureWorldReady } from './start-times.ts';
import type { StorageKind } from './stores.ts';
import { type Argon2, cheaperHash, shippedHash, startSubjects } from './subjects.ts';
import { measureTokens, type TokenFigures, type TokenRequest } from './token-endpoint.ts';

type Figures = {
  readonly signIns: SignInFigures;
  readonly token: Readonly<Record<TokenRequest, TokenFigures>>;
  readonly readyMs: number;
  readonly worldReadyMs: number;
  readonly rssMb: number;
  readonly signInPageBytes: number;
  /** On mongo-redis only. */
  readonly besideSqlite?: { readonly perSecond: number; readonly sqlitePerSecond: number; readonly ratio: number };
  readonly roundTripsPerSignIn?: RoundTrips;
};

const signInsPerRound = 400;

const { values, positionals } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    storage: { type: 'string', default: 'sqlite' },
    accounts: { type: 'string', default: '1000000' },
    // Many more, and the bare side's memory, which holds a thousand things, has forgotten the first code.
    requests: { type: 'string', default: '100' },
  },
  allowPositionals: true,
});
const storage = storageKind(values.storage);
if (positionals[0] === 'profile') await profile(storage);
else if (positionals[0] === 'endpoints') await measureEndpoints(Number(values.rounds), Number(values.requests));
else if (positionals[0] === 'growth') await measureGrowth(Number(values.accounts), [storage]);
else await report(Number(values.rounds), values.json);

function storageKind(name: string): StorageKind {
  if (name === 'sqlite' || name === 'mongo-redis') return name;
  throw new Error(`--storage ${name}: sqlite or mongo-redis`);
}

async function report(rounds: number, json: boolean): Promise<void> {
  const readyMs = await measureReady(storage);
  const worldReadyMs = await measureWorldReady();
  const { signIns, rssMb, token, page } = await measureWith(cheaperHash, rounds);
  const weight = { readyMs, worldReadyMs, rssMb, signInPageBytes: page.bytes };
  const ofStores = storage === 'sqlite' ? {} : await measureStores(rounds);
  const figures: Figures = { signIns, token, ...weight, ...ofStores };
  if (json) {
    console.log(
      JSON.stringify(figures, (_key, value: unknown) => (typeof value === 'number' ? rounded(value) : value)),
    );
    return;
  }
  printTable(figures, await measureShippedHash(rounds), page.requests);
}

/** The price of a second storage: the same sign-ins with the shipped hash on both, in turns, and what each waits for. */
async function measureStores(rounds: number) {
  const [ours, embedded] = [await startSubjects(shippedHash, { storage }), await startSubjects(shippedHash)];
  const loads = [createLoad(ours.avain, ours), createLoad(embedded.avain, embedded)] as const;
  const rates: [number[], number[]] = [[], []];
  for (const { load } of loads) await load(signInsPerRound);
  for (let round = 0; round < rounds; round += 1) {
    for (const index of [0, 1] as const) rates[index].push((await loads[index].load(signInsPerRound)).perSecond);
  }
  await Promise.all(loads.map(({ close }) => close()));
  await Promise.all([ours.stop(), embedded.stop()]);
  const [perSecond, sqlitePerSecond] = [median(rates[0]), median(rates[1])];
  return {
    besideSqlite: { perSecond, sqlitePerSecond, ratio: perSecond / sqlitePerSecond },
    roundTripsPerSignIn: await countRoundTrips(),
  };
}

async function measureWith(hash: Argon2, rounds: number) {
  const subjects = await startSubjects(hash, { storage });
  try {
    const page = await measureSignInPage(subjects.avain);
    const { rssMb, ...signIns } = await measureSignIns(subjects, rounds, signInsPerRound);
    return { page, signIns, rssMb, token: await measureTokens(subjects, rounds) };
  } finally {
    await subjects.stop();
  }
}

async function measureShippedHash(rounds: number): Promise<SignInFigures> {
  const subjects = await startSubjects(shippedHash, { storage });
  try {
    return await measureSignIns(subjects, rounds, signInsPerRound);
  } finally {
    await subjects.stop();
  }
}

/** Four digits: more would only be the noise of the machine. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function printTable(
  { signIns, token, besideSqlite, roundTripsPerSignIn, ...weight }: Figures,
  shipped: SignInFigures,
  requests: number,
): void {
  const tokenRows = Object.entries(token).map(([request, figures]) => [
    `token: ${request}, per second`,
    ...beside(figures),
  ]);
  const rows = [
    ['', 'Avain', 'bare', 'ratio'],
    ...signInRows('7 MiB, 5 passes', signIns),
    ...signInRows('19 MiB, 2 passes (shipped)', shipped),
    ...tokenRows,
    ['Avain alone ready, ms', weight.readyMs],
    ['demo world ready, ms', weight.worldReadyMs],
    ['resident memory after 1,000 sign-ins, MB', weight.rssMb],
    [`sign-in page, compressed bytes (${requests} requests)`, weight.signInPageBytes],
    ...(besideSqlite && roundTripsPerSignIn ? storeRows(besideSqlite, roundTripsPerSignIn) : []),
  ];
  for (const [name, ...cells] of rows) {
    const columns = cells.map((cell) => String(typeof cell === 'number' ? rounded(cell) : cell).padStart(10));
    console.log(`${String(name).padEnd(66)}${columns.join('')}`);
  }
}

function storeRows(
  { perSecond, sqlitePerSecond, ratio }: NonNullable<Figures['besideSqlite']>,
  { mongo, redis, total }: RoundTrips,
): (string | number)[][] {
  return [
    ['', 'mongo-redis', 'sqlite', 'ratio'],
    ['sign-ins per second, 19 MiB, 2 passes (shipped)', perSecond, sqlitePerSecond, ratio],
    ['', 'MongoDB', 'Redis', 'in all'],
    ['store round trips of a sign-in', mongo, redis, total],
  ];
}

function beside({ perSecond, barePerSecond, ratio }: TokenFigures): number[] {
  return [perSecond, barePerSecond, ratio];
}

function signInRows(hash: string, figures: SignInFigures): (string | number)[][] {
  return [
    [`sign-ins per CPU second, ${hash}`, figures.perCpuSecond, figures.barePerCpuSecond, figures.ratio],
    [`sign-ins per second, ${hash}`, figures.perSecond],
    [`CPU ms of a sign-in without the hash, ${hash}`, figures.cpuMsWithoutHash],
    [`most the hash alone allows, per CPU second, ${hash}`, figures.hashLimitPerSecond],
  ];
}
