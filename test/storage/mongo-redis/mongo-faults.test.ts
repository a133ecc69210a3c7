/** MongoDB that is away: nobody waits long, nobody is told "absent", and what comes back is used again by itself. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { TemporarilyUnavailable } from '../../../src/errors.ts';
import type { AccountId } from '../../../src/ids.ts';
import { type MongoStore, openMongo } from '../../../src/storage/mongo-redis/mongo.ts';
import { createWaits } from '../../../src/storage/mongo-redis/waits.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { freePort } from '../../support/free-ports.ts';
import { rounds } from '../../support/heavy.ts';
import { testAccount, testAudit, testFingerprint, testMail } from '../../support/storage.ts';
import { type StoreServer, startMongo } from '../../support/store-servers.ts';
import { mongoOptions } from './mongo-options.ts';

/** The limit of one call, and what a machine of two busy cores adds to it. */
const callMs = 800 + 600;

async function timed(work: Promise<unknown>): Promise<{ ms: number; error: unknown }> {
  const began = performance.now();
  const error = await work.then(
    () => null,
    (reason) => reason,
  );
  return { ms: performance.now() - began, error };
}

async function untilServed(store: MongoStore): Promise<number> {
  const began = performance.now();
  while ((await timed(store.ping())).error) await sleep(20);
  return performance.now() - began;
}

describeWithStores('MongoDB that is away', () => {
  let server: StoreServer;
  let store: MongoStore;
  const waits = createWaits(2_000);
  beforeEach(async () => {
    server = await startMongo();
    store = await openMongo(mongoOptions(server.url, { clock: { now: Date.now }, waits }));
  });
  afterEach(async () => {
    server.thaw();
    await store.close();
    await server.stop();
  });

  test.each(['frozen', 'killed'] as const)(
    '%s: calls fail in time, and go well within 2 s of its return',
    async (how) => {
      const account = testAccount();
      await store.accounts.create(account, {});
      if (how === 'frozen') server.freeze();
      else await server.kill();
      const calls = [
        () => store.accounts.byId(account.id),
        () => store.accounts.byEmail(testFingerprint('nobody')),
        () => store.accounts.isSpent('token'),
        () => store.audit.list({ limit: 1 }),
        () => store.rosters.isListed('edustajat', [testFingerprint('a')], 1),
        () => store.outbox.nextDueAt(),
        () => store.ping(),
      ];
      for (let pass = 0; pass < 2; pass += 1) {
        const failed = await Promise.all(calls.map((call) => timed(call())));
        expect(failed.map(({ error }) => error instanceof TemporarilyUnavailable)).toEqual(calls.map(() => true));
        expect(Math.max(...failed.map(({ ms }) => ms))).toBeLessThan(callMs);
      }
      const change = waits.bounded(() => store.accounts.update(account.id, (before) => ({ account: before })));
      const create = waits.bounded(() => store.accounts.create(testAccount(), { spends: 'token' }));
      for (const { ms, error } of await Promise.all([timed(change), timed(create)])) {
        expect(error).toBeInstanceOf(TemporarilyUnavailable);
        expect(ms).toBeLessThan(2_500);
      }
      if (how === 'frozen') server.thaw();
      else await server.start();
      expect(await untilServed(store)).toBeLessThan(2_000);
      expect(await store.accounts.byId(account.id)).not.toBeNull();
    },
  );

  test('killed again and again under load: nothing acknowledged is lost, every effect is there once', async () => {
    const acknowledged: string[] = [];
    let running = true;
    const write = async (name: string) => {
      for (let n = 0; running; n += 1) {
        const account = testAccount({ id: `${name} ${n}` as AccountId });
        const mail = testMail({ id: `mail of ${account.id}`, expiresAt: Date.now() + 3_600_000 });
        const audit = testAudit({ accountId: account.id, details: { name: account.id } });
        const effects = { audit: [audit], mails: [mail], spends: `token of ${account.id}` };
        const { error } = await timed(store.accounts.create(account, effects));
        if (error === null) acknowledged.push(account.id);
        else expect(error).toBeInstanceOf(TemporarilyUnavailable);
      }
    };
    const writers = Array.from({ length: 4 }, (_, n) => write(`writer ${n}`));
    for (let kill = 0; kill < rounds(2, 10); kill += 1) {
      const before = acknowledged.length;
      while (acknowledged.length < before + 20) await sleep(20);
      await sleep(Math.random() * 300);
      await server.kill();
      await sleep(100);
      await server.start();
    }
    await untilServed(store);
    running = false;
    await Promise.all(writers);
    await store.repair();
    const { models, ask } = store.connection;
    const stored = (
      await ask(() =>
        models.accounts
          .find({ account: { $ne: null } }, { _id: 1 })
          .lean()
          .exec(),
      )
    ).map(({ _id }) => _id as string);
    expect(acknowledged.filter((id) => !stored.includes(id))).toEqual([]);
    const audit = await store.audit.list({ limit: 100_000 });
    expect(audit.map(({ details }) => String(details['name'])).sort()).toEqual(stored.toSorted());
    const mails = await ask(() => models.outbox.find({}, { _id: 1 }).lean().exec());
    expect(mails.map(({ _id }) => _id.replace('mail of ', '')).sort()).toEqual(stored.toSorted());
    const spent = await ask(() => models.tokens.find({ settled: true }, { _id: 1 }).lean().exec());
    expect(spent.map(({ _id }) => _id.replace('token of ', '')).sort()).toEqual(stored.toSorted());
  });
});

describeWithStores('the first connection', () => {
  test('is tried for some seconds and then given up, in words that name the server', async () => {
    const port = await freePort();
    const { ms, error } = await timed(openMongo(mongoOptions(`mongodb://127.0.0.1:${port}/?appName=x`)));
    expect(String(error)).toContain(`MongoDB at 127.0.0.1:${port} cannot be used: `);
    expect(ms).toBeLessThan(8_000);
  });

  test('waits for a server that is just starting', async () => {
    const server = await startMongo();
    const options = mongoOptions(server.url);
    // The test server does not survive a kill in the very first moments of its data.
    await (await openMongo(options)).close();
    await server.kill();
    const opening = openMongo(options);
    await sleep(1_500);
    await server.start();
    await (await opening).close();
    await server.stop();
  });
});
