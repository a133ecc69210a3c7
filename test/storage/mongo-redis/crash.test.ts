/** A process is killed, or stalls, between each two writes of a change: another one finds nothing, or completes it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { AccountId } from '../../../src/ids.ts';
import { type MongoStore, openMongo } from '../../../src/storage/mongo-redis/mongo.ts';
import { createWaits } from '../../../src/storage/mongo-redis/waits.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { rounds } from '../../support/heavy.ts';
import { testAccount, testFingerprint } from '../../support/storage.ts';
import { type StoreServer, startMongo } from '../../support/store-servers.ts';
import { withIdentity } from '../contract/accounts.ts';
import { mongoOptions } from './mongo-options.ts';
import { type Scenario, scenarios } from './scenarios.ts';

const script = fileURLToPath(new URL('./crashing-writer.ts', import.meta.url));
const refusals = ['spent', 'email-taken', 'identity-taken', 'missing'];

describeWithStores('a process that ends between two writes', () => {
  let server: StoreServer;
  beforeAll(async () => {
    server = await startMongo();
  });
  afterAll(() => server.stop());

  const opened: { store?: MongoStore; child?: ChildProcess }[] = [];
  afterEach(async () => {
    for (const { store, child } of opened.splice(0)) {
      child?.kill('SIGKILL');
      await store?.close();
    }
  });

  /** A fresh database with what the scenario starts from, and a store to look at it. */
  async function prepare(scenario: Scenario) {
    const options = mongoOptions(server.url, { clock: { now: Date.now }, waits: createWaits(60_000) });
    const store = await openMongo(options);
    opened.push({ store });
    await scenarios[scenario].prepare(store);
    return { store, database: options.database };
  }

  /** `said` grows while the writer lives. */
  function startWriter(database: string, scenario: Scenario, mode: 'kill' | 'stop', nth: number) {
    const child = spawn(process.execPath, [script, server.url, database, scenario, mode, String(nth)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    opened.push({ child });
    const said: string[] = [];
    createInterface(child.stdout).on('line', (line) => said.push(line));
    return { child, said, ended: once(child, 'close') };
  }

  /** Kills a writer after its n-th write; false if it had no n-th. */
  async function crashAt(scenario: Scenario, nth: number, repairFirst: boolean): Promise<boolean> {
    const { store, database } = await prepare(scenario);
    const { said, ended } = startWriter(database, scenario, 'kill', nth);
    await ended;
    expect(said[0]).toBe('ready');
    const isThere = await scenarios[scenario].isThere(store);
    if (said.length > 1) expect(isThere).toBe(true);
    if (repairFirst) await store.repair();
    const began = performance.now();
    const outcome = await scenarios[scenario].rival(store);
    // Patience with the dead, and then it goes on.
    expect(performance.now() - began).toBeLessThan(2_000);
    // Who unlinks an identity, or is erased, leaves it to others; the rest want it for themselves.
    const isTaken = scenario === 'unlink' || scenario === 'erase' ? !isThere : isThere;
    if (outcome !== 'nobody') expect(refusals.includes(outcome)).toBe(isTaken);
    expect(await scenarios[scenario].isThere(store)).toBe(isThere);
    await store.repair();
    await expectWhole(store, scenario, isThere);
    expect(await store.repair()).toBe(0);
    return !said.includes('whole');
  }

  /** Each effect of the change once, or none of them, and nothing that anybody still owes. */
  async function expectWhole(store: MongoStore, scenario: Scenario, isThere: boolean): Promise<void> {
    const once = isThere ? [scenario] : [];
    const { accounts, audit, outbox, connection } = store;
    expect((await audit.list({ limit: 10 })).map(({ details }) => details['name'])).toEqual(once);
    const evidence = await store.evidence.of('account of the story' as AccountId);
    expect(evidence.map(({ termsId }) => termsId)).toEqual(scenario === 'mail' || scenario === 'erase' ? [] : once);
    const mails = (await outbox.claimDue(Date.now(), 10, 60_000)).map(({ id }) => id).sort();
    const first = scenario === 'mail' && isThere ? ['mail of first'] : [];
    // Not sent any more once its account is erased.
    if (scenario === 'erase' && !isThere) first.push('mail of before');
    expect(mails).toEqual([...first, ...once.map((name) => `mail of ${name}`)].sort());
    const owing = { 'pending.change': { $exists: true } };
    expect(await connection.models.accounts.countDocuments(owing)).toBe(0);
    const bound = { 'absorbing.change': { $exists: true }, account: { $ne: null } };
    expect(await connection.models.accounts.countDocuments(bound)).toBe(0);
    expect(await connection.models.outbox.countDocuments(owing)).toBe(0);
    // Whoever has the keys now is found by them.
    const address = await accounts.byEmail(testFingerprint('wanted address'));
    if (address) expect(address.emailFingerprint).toBe('wanted address');
    if (scenario === 'create' || scenario === 'link') expect(await accounts.isSpent('token')).toBe(true);
    if (scenario === 'absorb') {
      const heir = testAccount({ emailFingerprint: testFingerprint('first address') });
      expect(await accounts.create(heir, {})).toBe(isThere ? 'created' : 'email-taken');
    }
    const { emails, identities } = connection.models;
    const [usesAddress, usesIdentity] = [
      ['create', 'move', 'absorb'],
      ['create', 'link', 'unlink', 'erase'],
    ];
    expect(await emails.countDocuments({ _id: 'wanted address' })).toBe(usesAddress.includes(scenario) ? 1 : 0);
    expect(await identities.countDocuments({ _id: 'wanted identity' })).toBe(usesIdentity.includes(scenario) ? 1 : 0);
  }

  test.each<[Scenario, number]>([
    ['create', 6],
    ['link', 5],
    ['move', 5],
    ['unlink', 4],
    ['absorb', 9],
    ['erase', 6],
    ['mail', 3],
  ])('%s: is complete or absent, whichever of its writes was the last', async (scenario, atLeast) => {
    const crashes = async (nth: number) => {
      for (let order = 0; order < rounds(1, 2); order += 1) {
        if (!(await crashAt(scenario, nth, (nth + order) % 2 === 0))) return false;
      }
      return true;
    };
    const killed: boolean[] = [];
    while (!killed.includes(false)) {
      const next = killed.length + 1;
      killed.push(...(await Promise.all([next, next + 1, next + 2].map(crashes))));
    }
    expect(killed.indexOf(false)).toBeGreaterThanOrEqual(atLeast);
  });

  test.each<[Scenario, string, string]>([
    ['create', 'created', 'spent'],
    ['link', 'updated', 'spent'],
    ['move', 'updated', 'email-taken'],
    ['absorb', 'updated', 'missing'],
  ])('%s: a rival is %s, and who stalled with all keys in hand is told %s', async (scenario, won, told) => {
    const { store, database } = await prepare(scenario);
    const { child, said, ended } = startWriter(database, scenario, 'stop', scenario === 'move' ? 1 : 2);
    await untilStalled(child);
    expect(await scenarios[scenario].rival(store)).toBe(won);
    child.kill('SIGCONT');
    await ended;
    expect(said).toEqual(['ready', told, 'whole']);
    await store.repair();
    expect(await scenarios[scenario].isThere(store)).toBe(false);
    expect(await store.audit.list({ limit: 10 })).toEqual([]);
    expect(await store.repair()).toBe(0);
  });

  test('of twenty that want the keys of a dead one, at two nodes, one gets them', async () => {
    const { store, database } = await prepare('create');
    await startWriter(database, 'create', 'kill', 3).ended;
    const options = mongoOptions(server.url, { database, clock: { now: Date.now }, waits: createWaits(60_000) });
    const other = await openMongo(options);
    opened.push({ store: other });
    const rivals = Array.from({ length: 20 }, (_, n) => {
      const account = withIdentity(
        testAccount({ emailFingerprint: testFingerprint('wanted address') }),
        'wanted identity',
      );
      return (n % 2 ? store : other).accounts.create(account, { spends: 'token' });
    });
    expect((await Promise.all(rivals)).sort()).toEqual(['created', ...Array.from({ length: 19 }, () => 'spent')]);
  });

  test('a key that was given up, and taken again before that was settled, stays taken', async () => {
    const { store, database } = await prepare('unlink');
    await startWriter(database, 'unlink', 'kill', 1).ended;
    expect(await scenarios.unlink.isThere(store)).toBe(true);
    const { accounts } = store;
    const owner = 'account of the story' as AccountId;
    const linked = await accounts.update(owner, (before) => ({ account: withIdentity(before, 'wanted identity') }));
    expect(linked.outcome).toBe('updated');
    await store.repair();
    expect((await accounts.byIdentity([testFingerprint('wanted identity')]))?.id).toBe(owner);
    expect(await scenarios.unlink.rival(store)).toBe('identity-taken');
  });
});

/** Linux tells the state of a process; `T` = stopped. */
async function untilStalled({ pid }: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    if (stat.slice(stat.lastIndexOf(')')).startsWith(') T')) return;
    await sleep(25);
  }
  throw new Error('the writer never stalled');
}
