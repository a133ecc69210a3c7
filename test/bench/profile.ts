/** Where Avain's time goes during sign-ins: V8's own profile, summed by function and by package (`npm run bench -- profile`). */
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './server.ts';
import { createLoad, signInsBeforeMemory } from './sign-ins.ts';
import type { StorageKind } from './stores.ts';
import { cheaperHash, startSubjects } from './subjects.ts';

type Node = { id: number; callFrame: { functionName: string; url: string; lineNumber: number }; children?: number[] };
type Profile = { nodes: Node[]; samples: number[]; timeDeltas: number[] };
type Sum = ReadonlyMap<string, number>;

const signIns = 2_000;
const longest = 45;

/** Prints the costliest; the file itself opens in any browser's developer tools. */
export async function profile(storage: StorageKind): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'avain-profile-'));
  const subjects = await startSubjects(cheaperHash, {
    storage,
    flags: ['--cpu-prof', `--cpu-prof-dir=${directory}`],
  });
  const { load, close } = createLoad(subjects.avain, subjects);
  await load(signInsBeforeMemory);
  await load(signIns);
  await close();
  await subjects.stop();
  const [file = ''] = await readdir(directory);
  const path = join(directory, file);
  const read = JSON.parse(await readFile(path, 'utf8')) as Profile;
  const done = signInsBeforeMemory + signIns;
  const { own, packages, total } = sums(read);
  print('own time by package', packages, done);
  print('own time by function', own, done);
  print('with what they call', total, done);
  console.log(`\n${path}`);
}

function sums({ nodes, samples, timeDeltas }: Profile): { own: Sum; packages: Sum; total: Sum } {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parentOf = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const [own, packages, total] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  const add = (sum: Map<string, number>, key: string, by: number) => sum.set(key, (sum.get(key) ?? 0) + by);
  samples.forEach((id, index) => {
    const node = byId.get(id);
    if (!node || /^\((idle|program|root)\)$/.test(node.callFrame.functionName)) return;
    const microseconds = timeDeltas[index] ?? 0;
    add(own, nameOf(node), microseconds);
    add(packages, packageOf(node), microseconds);
    const seen = new Set<string>();
    for (let at: number | undefined = id; at !== undefined; at = parentOf.get(at)) {
      const above = byId.get(at);
      if (above) seen.add(nameOf(above));
    }
    for (const name of seen) add(total, name, microseconds);
  });
  return { own, packages, total };
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: Node): string {
  return `${functionName || '(anonymous)'} ${url.replace(`file://${root}/`, '').replace('node_modules/', '')}:${lineNumber + 1}`;
}

function packageOf({ callFrame: { functionName, url } }: Node): string {
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  const ownFolder = /\/src\/([^/]+)/.exec(url)?.[1];
  return inPackage ?? (ownFolder ? `src/${ownFolder}` : url.split('/').slice(0, 2).join('/') || functionName);
}

function print(title: string, sum: Sum, done: number): void {
  console.log(`\n${title}, microseconds a sign-in`);
  const rows = [...sum].sort(([, a], [, b]) => b - a).slice(0, longest);
  for (const [name, microseconds] of rows) console.log(`${(microseconds / done).toFixed(1).padStart(9)}  ${name}`);
}
