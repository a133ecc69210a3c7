/** Signing keys take turns: by the schedule, by command, on several nodes at once; on one store, with a clock that is told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { perform } from '../../src/control/operation.ts';
import { signingKeyOperations } from '../../src/signing-keys/operations.ts';
import { createRotation } from '../../src/signing-keys/rotation.ts';
import { loadServedKeys, type ServedKeys } from '../../src/signing-keys/served-keys.ts';
import type { SqliteStorage } from '../../src/storage/sqlite/open.ts';
import { avainKeys, type KeyDeps, startOn, writeKeys } from '../keys/installation.ts';
import { openTestStorage, type TestClock, testClock } from '../support/storage.ts';

const dayMs = 86_400_000;
const algs = ['ES256', 'RS256', 'PS256'];

let folder: string;
let clock: TestClock;
let storage: SqliteStorage;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'avain-signing-'));
  clock = testClock();
  storage = await openTestStorage(clock);
  await writeKeys(folder);
});
afterEach(async () => {
  await storage.close();
  rmSync(folder, { recursive: true });
});

type Node = { deps: KeyDeps; served: ServedKeys; turn(): Promise<void>; leave(): Promise<void> };

async function startNode(): Promise<Node> {
  const all = await startOn(folder, storage, clock);
  // A cast: of the clients only the count is told, and there is none.
  const deps = { ...all, clients: new Map(), config: { ...all.config, resources: {} } } as unknown as KeyDeps;
  const first = await loadServedKeys(deps);
  const node: Node = { deps, served: first, ...createRotation(deps, first, (keys) => (node.served = keys)) };
  return node;
}

async function states(): Promise<string[]> {
  const set = await storage.signingKeys.read();
  return (set?.keys ?? []).map(({ alg, state }) => `${alg} ${state}`).sort();
}
const all = (...names: string[]) => names.flatMap((state) => algs.map((alg) => `${alg} ${state}`)).sort();
const kids = (keys: readonly { readonly kid: string }[]) => keys.map(({ kid }) => kid);

async function settled(nodes: readonly Node[]): Promise<void> {
  for (const node of nodes) await node.turn();
  clock.advance(61_000);
  for (let round = 0; round < 2; round += 1) for (const node of nodes) await node.turn();
}

/** As its worker would, every moment. */
async function whileWorking<T>(node: Node, work: () => Promise<T>): Promise<T> {
  const turns: Promise<void>[] = [];
  const working = setInterval(() => turns.push(node.turn()), 50);
  try {
    return await work();
  } finally {
    clearInterval(working);
    await Promise.all(turns);
  }
}

async function command({ deps }: Node, name: string, ...args: string[]) {
  const lines: string[] = [];
  // A cast: these operations use these parts only.
  const request = { operation: `keys.${name}`, args };
  const end = await perform(signingKeyOperations, deps as never, request, (line) => lines.push(line));
  return { ...end, told: lines.join('\n') };
}

test('whoever can only write into the store has no key of theirs published: what is published opens under the master key', async () => {
  const node = await startNode();
  await settled([node]);
  clock.advance(90 * dayMs);
  await settled([node]);
  const published = JSON.stringify(node.served.published.map(({ publicJwk }) => publicJwk));
  const before = await storage.signingKeys.read();
  if (!before) throw new Error('no keys');
  const foreign = { kty: 'EC', crv: 'P-256', x: 'theirs', y: 'theirs' } as const;
  const swapped = before.keys.map((key) => ({ ...key, publicJwk: foreign }));
  await storage.signingKeys.replace({ version: before.version + 1, keys: swapped }, []);
  await node.turn();
  expect(JSON.stringify(node.served.published.map(({ publicJwk }) => publicJwk))).toBe(published);
  const [retiring] = before.keys.filter(({ state }) => state === 'retiring');
  if (!retiring) throw new Error('none retires');
  for (const handle of [null, retiring.handle]) {
    const now = (await storage.signingKeys.read()) ?? before;
    const added = { ...retiring, kid: 'theirs', publicJwk: foreign, handle };
    await storage.signingKeys.replace({ version: now.version + 1, keys: [...before.keys, added] }, []);
    await expect(node.turn()).rejects.toThrow();
    expect(kids(node.served.published)).not.toContain('theirs');
  }
});

describe('by the schedule', () => {
  test('a key is published for a day before it signs, signs for 90, and is published until what it signed is dead', async () => {
    const node = await startNode();
    expect(await states()).toEqual(all('active'));
    await settled([node]);
    expect(await states()).toEqual(all('active', 'pending'));
    const [old, next] = [kids(node.served.signers), kids(node.served.published).slice(3)];
    clock.advance(90 * dayMs - 120_000);
    await node.turn();
    expect(kids(node.served.signers)).toEqual(old);
    clock.advance(120_000);
    await settled([node]);
    expect(kids(node.served.signers).sort()).toEqual(next.sort());
    expect(kids(node.served.published)).toEqual(expect.arrayContaining(old));
    expect(await states()).toEqual(all('active', 'pending', 'retiring'));
    clock.advance(3_600_000);
    await settled([node]);
    expect(await states()).toEqual(all('active', 'pending', 'retired'));
    expect(kids(node.served.published)).not.toEqual(expect.arrayContaining(old.slice(0, 1)));
    expect(kids(node.served.remembered).sort()).toEqual(old.sort());
    const set = await storage.signingKeys.read();
    expect(set?.keys.filter(({ handle }) => handle === null).map(({ state }) => state)).toEqual(
      all('').map(() => 'retired'),
    );
    const told = await storage.audit.list({ limit: 100 });
    const events = told.map(({ event }) => event).sort();
    expect(events.filter((event, n) => events.indexOf(event) === n)).toEqual([
      ...['signing-key.activated', 'signing-key.created', 'signing-key.retired', 'signing-key.retiring'],
    ]);
    expect(told).toHaveLength(3 + 3 + 6 + 3 + 3);
  });

  test('no key signs before every live node has loaded it; one that is gone is not waited for', async () => {
    const [one, other] = [await startNode(), await startNode()];
    await settled([one, other]);
    clock.advance(90 * dayMs - 122_000);
    for (const node of [one, other]) await node.turn();
    clock.advance(61_000);
    // Another one says that it lives, with the keys of before.
    await storage.keyNodes.update('nodes', (row) => ({
      value: { ...row, nodes: { ...row.nodes, stuck: { version: 1, until: clock.now() + 91_000 } } },
    }));
    clock.advance(61_000);
    for (const node of [one, other, one]) await node.turn();
    expect(await states()).toEqual(all('active', 'pending'));
    clock.advance(31_000);
    for (const node of [one, other, one, other]) await node.turn();
    expect(await states()).toEqual(all('active', 'pending', 'retiring').filter((key) => !key.endsWith('pending')));
  });

  test('any number of nodes that start, and rotate, at once make one set of keys', async () => {
    const nodes = await Promise.all(Array.from({ length: 5 }, startNode));
    expect(new Set(nodes.map(({ served }) => kids(served.signers).join()))).toHaveProperty('size', 1);
    for (const node of nodes) await node.turn();
    clock.advance(61_000);
    for (let round = 0; round < 4; round += 1) await Promise.all(nodes.map((node) => node.turn()));
    expect(await states()).toEqual(all('active', 'pending'));
    clock.advance(90 * dayMs);
    await Promise.all(nodes.map((node) => node.turn()));
    clock.advance(31_000);
    for (let round = 0; round < 4; round += 1) await Promise.all(nodes.map((node) => node.turn()));
    expect((await states()).filter((key) => /active|retiring/.test(key))).toEqual(all('active', 'retiring'));
    expect(new Set(nodes.map(({ served }) => kids(served.published).join()))).toHaveProperty('size', 1);
  });
});

describe('by command', () => {
  test('rotate waits for verifiers, two at once are one rotation, and --now waits for nobody', async () => {
    const node = await startNode();
    await settled([node]);
    const early = await command(node, 'rotate', '', 'Maija');
    expect(early.refusal).toMatch(/may not know the next keys until 2026-11-23T12:01Z/);
    clock.advance(dayMs);
    await node.turn();
    clock.advance(31_000);
    await node.turn();
    const before = kids(node.served.signers);
    const ends = await whileWorking(node, () => Promise.all([1, 2, 3].map(() => command(node, 'rotate', '', 'Maija'))));
    expect(ends.map(({ exit }) => exit)).toEqual([0, 0, 0]);
    expect(ends.filter(({ told }) => told.includes('Another command'))).toHaveLength(2);
    expect((await states()).filter((key) => !key.endsWith('pending'))).toEqual(all('active', 'retiring'));
    const now = await whileWorking(node, () => command(node, 'rotate', 'now', 'Maija'));
    expect(now).toMatchObject({ exit: 0, refusal: null });
    await node.turn();
    expect(kids(node.served.signers)).not.toEqual(expect.arrayContaining(before.slice(0, 1)));
    expect(await storage.audit.list({ limit: 1 })).toMatchObject([{ actor: 'operator:Maija' }]);
  });

  test('revoke: gone from what is published and believed, the next one signs, and it is told what ends', async () => {
    const node = await startNode();
    await settled([node]);
    const [kid = ''] = kids(node.served.signers);
    const { exit, told } = await whileWorking(node, () => command(node, 'revoke', kid, 'Maija', 'T-1'));
    expect(exit).toBe(0);
    expect(told).toMatch(
      /Revoked: the ES256 key .*\n.*\n.*0 clients.*\n.*0 resource servers.*\n.*900 s[\s\S]*1 of 1 nodes/,
    );
    expect((await command(node, 'revoke', kid, 'Maija', 'T-1')).refusal).toContain('revoked already');
    const { published, remembered, signers } = node.served;
    expect(kids([...published, ...remembered, ...signers])).not.toContain(kid);
    expect(signers.map(({ alg }) => alg).sort()).toEqual([...algs].sort());
    const revoked = (await storage.signingKeys.read())?.keys.find((key) => key.kid === kid);
    expect(revoked).toMatchObject({ state: 'revoked', handle: null });
  });

  test('one revoked before there is a next one is replaced at once', async () => {
    const node = await startNode();
    for (const kid of kids(node.served.signers))
      expect(await command(node, 'revoke', kid, 'Maija', 'T-2')).toMatchObject({ exit: 0, refusal: null });
    await node.turn();
    expect(await states()).toEqual(all('active', 'revoked'));
    expect(node.served.published).toHaveLength(3);
    expect((await command(node, 'revoke', 'nonsense', 'Maija', 'T-2')).refusal).toContain('No signing key');
    const { told } = await avainKeys(node.deps, 'list');
    expect(told).toMatch(/ES256 {2}revoked since[\s\S]*version 4, loaded by 1 of 1 nodes/);
  });
});
