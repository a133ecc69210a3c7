/** Runs a recipe: its files in a folder of their own, its commands in a shell, both as the page has them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { apacheAround } from './apache.ts';
import { type ForeignClient, npmFolder } from './catalogue.ts';
import { blockOf, filesOf, inPlace, type Place, readRecipe } from './recipes.ts';

export type RunningClient = {
  readonly origin: string;
  /** What it printed: for failures. */
  output(): string;
  stop(): Promise<void>;
};

const root = join(import.meta.dirname, '../..');
const readyMs = 30_000;

/** `place.folder` is made; throws with what the program printed if it does not answer in time. */
export async function startClient(client: ForeignClient, place: Place): Promise<RunningClient> {
  const { folder } = place;
  await mkdir(folder, { recursive: true });
  // Apache reads as somebody else.
  await chmod(folder, 0o755);
  await symlink(join(npmFolder, 'node_modules'), join(folder, 'node_modules'));
  for (const [file, text] of filesOf(readRecipe(client.name))) {
    await writeFile(join(folder, file), inPlace(text, place));
  }
  const log = join(folder, 'output.log');
  const child = spawn('sh', ['-ec', await commands(client, place)], {
    cwd: folder,
    // A group of its own, so that the program ends with its shell.
    detached: true,
    env: { PATH: `${join(root, 'node_modules/.bin')}:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: folder, LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => appendFileSync(log, chunk));
  appendFileSync(log, '');
  const output = () => readFileSync(log, 'utf8');
  const origin = `http://localhost:${client.port + place.offset}`;
  await untilAnswers(origin, child, output);
  return { origin, output, stop: () => ended(child) };
}

async function commands(client: ForeignClient, place: Place): Promise<string> {
  const recipe = readRecipe(client.name);
  const ownCa = place.caFile === null ? '' : (recipe.get('private-ca') ?? '');
  if (client.needs?.includes('apache')) return apacheAround(place, inPlace(ownCa, place));
  return inPlace(`${ownCa}${blockOf(recipe, 'run')}`, place);
}

async function untilAnswers(origin: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + readyMs;
  for (;;) {
    const answer = await fetch(origin, { redirect: 'manual', signal: AbortSignal.timeout(5_000) }).catch(() => null);
    if (answer !== null && answer.status < 500) return;
    if (child.exitCode !== null || Date.now() > deadline) {
      await ended(child);
      throw new Error(`no answer from ${origin} (${answer?.status ?? 'nothing listens'}):\n${output()}`);
    }
    await sleep(100);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  process.kill(-child.pid, 'SIGTERM');
  await exit;
}
