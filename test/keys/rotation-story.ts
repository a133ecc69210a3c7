/**
 * The whole rotation of both keys while people are linked and sign in, each command killed in the middle and given again.
 * Nobody loses their identity, none is linked twice, and every code opens, under the new keys alone at the end.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { identityFingerprints, indexKeyOf, openIdentityCode } from '../../src/identity/national-id.ts';
import type { AccountId } from '../../src/ids.ts';
import { prefixOf } from '../../src/secrets/aead.ts';
import type { Storage } from '../../src/storage/ports.ts';
import { rounds } from '../support/heavy.ts';
import { keyIds, startOn } from './installation.ts';
import { codeOf, type Place, rivals, type Said } from './rotation-worker.ts';

const script = join(import.meta.dirname, 'rotation-worker.ts');
const killsOfEach = rounds(2, 6);
/** Into the middle of what a command does; the reindexing begins with a pause of three seconds. */
const latestKillMs: Readonly<Record<string, number>> = { reindex: 3_600, rewrap: 400 };

export type Told = { readonly linked: Map<number, string>; readonly wrong: string[]; kills: number };

/** A process of the installation, restarted under the same name when it is killed. */
export function createProcess(place: Place, told: Told) {
  let child: ChildProcess;
  let heard: (said: Said) => void = () => undefined;
  const next = (wanted: Said['said']) =>
    new Promise<Said>((resolve) => {
      heard = (said) => said.said === wanted && resolve(said);
    });
  const start = async (): Promise<void> => {
    const ready = next('ready');
    child = fork(script, [JSON.stringify(place)], { execArgv: [] });
    child.on('message', (said: Said) => {
      if (said.said === 'linked') told.linked.set(said.person, said.id);
      if (said.said === 'wrong') told.wrong.push(said.what);
      heard(said);
    });
    child.on('exit', (code) => code !== null && told.wrong.push(`a process ended with ${code}`));
    await ready;
  };
  const kill = async (): Promise<void> => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    start,
    kill,
    async command(...words: string[]): Promise<Extract<Said, { said: 'ended' }>> {
      const ended = next('ended');
      child.send(words);
      // A cast: `next` resolves with what it waited for.
      return (await ended) as Extract<Said, { said: 'ended' }>;
    },
    async reload(): Promise<void> {
      const reloaded = next('reloaded');
      child.kill('SIGHUP');
      await reloaded;
    },
  };
}

type Running = ReturnType<typeof createProcess>;

/** Gives one command until it is done; `isDone` tells what an operator sees who looks after a kill. */
async function persist(rotator: Running, told: Told, isDone: () => Promise<boolean>, words: string[]): Promise<void> {
  const [name = ''] = words;
  for (let kill = 0; kill < killsOfEach; kill += 1) {
    const command = rotator.command(...words);
    const ended = await Promise.race([command, sleep(Math.random() * (latestKillMs[name] ?? 15))]);
    await rotator.kill();
    told.kills += 1;
    await rotator.start();
    if (ended || (await isDone())) break;
  }
  if (name === 'rewrap' || name === 'reindex' || !(await isDone())) {
    expect(await rotator.command(...words)).toMatchObject({ exit: 0, refusal: null });
  }
}

/** From one key of each kind to another. `others`: processes that must read the files themselves. */
export async function rotateAll(folder: string, rotator: Running, told: Told, others: readonly Running[] = []) {
  const [[oldMaster = ''], [oldIndex = '']] = [await keyIds(folder, 'master'), await keyIds(folder, 'index')];
  const never = async () => false;
  const step = async (isDone: () => Promise<boolean>, ...words: string[]) => {
    await persist(rotator, told, isDone, words);
    for (const [index, other] of others.entries()) {
      // One is killed instead, and reads the files when it starts.
      if (index === told.kills % (others.length + 1)) await other.kill().then(other.start);
      else await other.reload();
    }
  };
  const count = (kind: 'master' | 'index', length: number) => async () =>
    (await keyIds(folder, kind)).length === length;
  await step(count('master', 2), 'add', 'master');
  const newMaster = (await keyIds(folder, 'master')).at(-1) ?? '';
  await step(async () => (await keyIds(folder, 'master'))[0] === newMaster, 'use', 'master', newMaster);
  await step(never, 'rewrap');
  await step(count('index', 2), 'add', 'index');
  await step(never, 'reindex');
  await step(count('master', 1), 'remove', 'master', oldMaster, 'now');
  await step(count('index', 1), 'remove', 'index', oldIndex);
  await step(never, 'reindex');
}

/** Whoever was told to be linked is found, once, under the new keys and no others. */
export async function expectEverybodyWhole(place: Place, storage: Storage, told: Told): Promise<void> {
  expect(told.wrong).toEqual([]);
  expect(told.linked.size).toBeGreaterThan(place.people / 4);
  const { keyring } = await startOn(place.folder, storage, { now: Date.now });
  for (let person = 0; person < place.people; person += 1) {
    const idValue = codeOf(person);
    const both = await Promise.all(rivals(person).map((id) => storage.accounts.byId(id as AccountId)));
    const linked = both.filter((account) => account?.identity);
    expect(linked.length).toBeLessThanOrEqual(1);
    for (const account of both) if (account) expect(prefixOf(account.dataKey)).toBe(keyring.ids.master[0]);
    const found = await storage.accounts.byIdentity(
      identityFingerprints(keyring, { country: 'FI', idType: 'hetu', idValue }),
    );
    expect(found?.id).toBe(linked[0]?.id);
    if (told.linked.has(person)) expect(found?.id).toBe(told.linked.get(person));
    if (!found?.identity) continue;
    expect(openIdentityCode(keyring, found, found.identity.sealedCode)).toBe(idValue);
    expect(found.identity.fingerprints.map(indexKeyOf)).toEqual(keyring.ids.index);
  }
}
