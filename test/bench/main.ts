/**
 * `npm run bench`: speed and weight of Avain beside a bare oidc-provider, in one run on one machine (Linux). Ratios matter;
 * figures move with the machine and with what else it does. `-- --json` prints one object, `-- --rounds=n` measures
 * longer, `-- profile` shows where the time of sign-ins goes. Lives here: one file for each thing measured.
 */
import { parseArgs } from 'node:util';
import { measureSignInPage } from './page-weight.ts';
import { profile } from './profile.ts';
import { measureSignIns, type SignInFigures } from './sign-ins.ts';
import { measureReady, measureWorldReady } from './start-times.ts';
import { type Argon2, cheaperHash, shippedHash, startSubjects } from './subjects.ts';
import { measureTokens, type TokenFigures, type TokenRequest } from './token-endpoint.ts';

type Figures = {
  readonly signIns: SignInFigures;
  readonly token: Readonly<Record<TokenRequest, TokenFigures>>;
  readonly readyMs: number;
  readonly worldReadyMs: number;
  readonly rssMb: number;
  readonly signInPageBytes: number;
};

const signInsPerRound = 400;

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '5' } },
  allowPositionals: true,
});
if (positionals[0] === 'profile') await profile();
else await report(Number(values.rounds), values.json);

async function report(rounds: number, json: boolean): Promise<void> {
  const readyMs = await measureReady();
  const worldReadyMs = await measureWorldReady();
  const { signIns, rssMb, token, page } = await measureWith(cheaperHash, rounds);
  const figures: Figures = { signIns, token, readyMs, worldReadyMs, rssMb, signInPageBytes: page.bytes };
  if (json) {
    console.log(
      JSON.stringify(figures, (_key, value: unknown) => (typeof value === 'number' ? rounded(value) : value)),
    );
    return;
  }
  printTable(figures, await measureShippedHash(rounds), page.requests);
}

async function measureWith(hash: Argon2, rounds: number) {
  const subjects = await startSubjects(hash);
  try {
    const page = await measureSignInPage(subjects.avain);
    const { rssMb, ...signIns } = await measureSignIns(subjects, rounds, signInsPerRound);
    return { page, signIns, rssMb, token: await measureTokens(subjects, rounds) };
  } finally {
    await subjects.stop();
  }
}

async function measureShippedHash(rounds: number): Promise<SignInFigures> {
  const subjects = await startSubjects(shippedHash);
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

function printTable({ signIns, token, ...weight }: Figures, shipped: SignInFigures, requests: number): void {
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
  ];
  for (const [name, ...cells] of rows) {
    const columns = cells.map((cell) => String(typeof cell === 'number' ? rounded(cell) : cell).padStart(10));
    console.log(`${String(name).padEnd(66)}${columns.join('')}`);
  }
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
