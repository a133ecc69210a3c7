/** An Avain in the conformance profile, prepared and started by the documentation's own commands, on a port of its own. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, fetch as fetchBy } from 'undici';
import { createPrograms, ended, freeOffset } from './programs.ts';

export type ConformanceRun = {
  readonly issuer: string;
  readonly dataDir: string;
  /** As `fetch`, trusting this run's certificate as it is now. */
  readonly ask: typeof fetch;
  readonly avain: ChildProcess;
  readonly env: NodeJS.ProcessEnv;
  output(): string;
  /** One of the files that were prepared. */
  prepared(name: string): Promise<unknown>;
  /** After another certificate was put in place. */
  trust(): Promise<void>;
  stop(): Promise<void>;
};

const root = join(import.meta.dirname, '../..');
const readyMs = 60_000;

/** `suite`: the origin of whoever plays the suite. */
export async function startConformance(suite: string): Promise<ConformanceRun> {
  const dir = await mkdtemp(join(tmpdir(), 'avain-conformance-'));
  const dataDir = join(dir, 'data');
  const port = 3_443 + (await freeOffset());
  const issuer = `https://localhost:${port}`;
  const yaml = await readFile(join(root, 'config/conformance/avain.yaml'), 'utf8');
  await mkdir(join(dir, 'config'));
  const own = yaml
    .replaceAll('../../data/conformance', dataDir)
    .replaceAll('3443', String(port))
    .replace(/most: \d+/, 'most: 3');
  await writeFile(join(dir, 'config/avain.yaml'), own);
  const { NODE_OPTIONS: _options, ...inherited } = process.env;
  const env = { ...inherited, AVAIN_CONFIG: join(dir, 'config/avain.yaml'), AVAIN_ARGON2: '7168,1,1' };
  const programs = createPrograms(env);
  const args = ['conformance', 'prepare', '--dir', dataDir, '--issuer', issuer, '--suite', suite];
  const [code] = await once(programs.start(['bin/avain.mjs', ...args]), 'exit');
  if (code !== 0) throw new Error(`not prepared:\n${programs.output()}`);
  const prepared = async (name: string) => JSON.parse(await readFile(join(dataDir, name), 'utf8')) as unknown;
  let agent: Agent | undefined;
  const trust = async (): Promise<void> => {
    await agent?.close();
    agent = new Agent({ connect: { ca: await readFile(join(dataDir, 'certificate.pem'), 'utf8') } });
  };
  await trust();
  // A cast: undici's own fetch, which its agents fit, is the standard's by another declaration.
  const ask = ((url: string, init: object = {}) => fetchBy(url, { ...init, dispatcher: agent as Agent })) as unknown;
  const run = { issuer, dataDir, ask: ask as typeof fetch, env, prepared, trust };
  const avain = programs.start(['bin/avain.mjs', 'serve']);
  await untilReady(run.ask, issuer, avain, programs.output);
  return {
    ...run,
    avain,
    output: programs.output,
    stop: async () => {
      await agent?.destroy();
      await ended(avain, 'SIGTERM');
      await programs.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function untilReady(ask: typeof fetch, issuer: string, avain: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + readyMs;
  const isReady = () =>
    ask(`${issuer}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (avain.exitCode !== null || Date.now() > deadline) throw new Error(`not ready:\n${output()}`);
    await sleep(100);
  }
}
