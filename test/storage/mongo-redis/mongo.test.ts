/** What MongoDB keeps beyond the ports' promises: what the repair removes and what it leaves, and rows as they lie there. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AccountId, ClientId } from '../../../src/ids.ts';
import { createAuditChain } from '../../../src/storage/mongo-redis/audit-chain.ts';
import { createAuditNode } from '../../../src/storage/mongo-redis/audit-node.ts';
import { auditDocument } from '../../../src/storage/mongo-redis/effects.ts';
import { type MongoStore, openMongo } from '../../../src/storage/mongo-redis/mongo.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import {
  type TestClock,
  testAccount,
  testAudit,
  testClock,
  testFingerprint,
  testMail,
  testRosterEntry,
} from '../../support/storage.ts';
import { type StoreServer, startMongo } from '../../support/store-servers.ts';
import { mongoOptions } from './mongo-options.ts';

const dayMs = 86_400_000;

describeWithStores('a store on MongoDB', () => {
  let server: StoreServer;
  beforeAll(async () => {
    server = await startMongo();
  });
  afterAll(() => server.stop());

  async function withStore(clock: TestClock, body: (store: MongoStore) => Promise<void>): Promise<void> {
    const store = await openMongo(mongoOptions(server.url, { clock }));
    try {
      await body(store);
    } finally {
      await store.close();
    }
  }

  test('gives up mails past their expiry and deletes their secret', () => {
    const clock = testClock(999_999);
    return withStore(clock, async (store) => {
      const [expired, sent] = [testMail({ expiresAt: 1_000_000 }), testMail({ expiresAt: 9_000_000 })];
      await store.outbox.add([expired, sent]);
      await store.outbox.delivered(sent.id, 999_999);
      const { outbox } = store.connection.models;
      expect(await store.repair()).toBe(0);
      expect((await outbox.findOne({ _id: expired.id }).lean())?.sealed).toBe('a sealed secret');
      clock.advance(1);
      expect(await store.repair()).toBe(1);
      expect(await store.outbox.nextDueAt()).toBeNull();
      expect(await outbox.countDocuments({ sealed: { $exists: true } })).toBe(0);
    });
  });

  test('removes reservations that mean nothing, first making sure of those that nobody decided for an hour', () => {
    const clock = testClock();
    return withStore(clock, async (store) => {
      const account = testAccount();
      await store.accounts.create(account, { spends: 'token' });
      const { emails, tokens, accounts } = store.connection.models;
      const left = (_id: string, owner: AccountId, from: number) => ({
        _id,
        owner,
        from,
        change: _id,
        at: clock.now(),
      });
      await emails.insertMany([left('dead', account.id, 0), left('undecided', account.id, 1)]);
      for (const name of ['dead', 'undecided']) {
        expect(await store.accounts.byEmail(testFingerprint(name))).toBeNull();
      }
      await tokens.insertMany([{ ...left('of nobody', 'nobody' as AccountId, 0), settled: false }]);
      expect(await store.repair()).toBe(1);
      clock.advance(3_600_000);
      // Killed by this pass, dead at the next.
      expect(await store.repair()).toBe(0);
      expect(await store.repair()).toBe(2);
      expect(await emails.countDocuments({})).toBe(1);
      expect(await store.accounts.isSpent('token')).toBe(true);
      expect(await store.accounts.byEmail(account.emailFingerprint)).toEqual(account);
      // The kill is seen by nobody: the account has the version it had.
      expect(await store.accounts.byId(account.id)).toEqual(account);
      expect(await accounts.countDocuments({ account: null })).toBe(1);
      clock.advance(dayMs);
      expect(await store.repair()).toBe(1);
      expect(await accounts.countDocuments({ account: null })).toBe(0);
    });
  });

  test('removes revocations when they have expired', () => {
    const clock = testClock();
    return withStore(clock, async (store) => {
      const { revocations } = store.connection.models;
      const now = clock.now();
      await revocations.insertMany([1, 2].map((n) => ({ _id: `grant|${n}`, at: now, expiresAt: now + n })));
      expect(await store.repair()).toBe(0);
      clock.advance(1);
      expect(await store.repair()).toBe(1);
      expect(await revocations.countDocuments({})).toBe(1);
    });
  });

  test('keeps documents as they are: names with dots, empty objects, what was never set', () =>
    withStore(testClock(), async ({ accounts }) => {
      const consents = { 'https://client.example/$id': { scopes: ['openid'], claims: [], givenAt: 1 } };
      const account = testAccount({
        consents: consents as Readonly<Record<ClientId, (typeof consents)[keyof typeof consents]>>,
      });
      await accounts.create(account, {});
      expect(await accounts.byId(account.id)).toEqual(account);
      const terms = { 'oima.v2': { version: '3.1', acceptedAt: 2 } };
      await accounts.update(account.id, (before) => ({ account: { ...before, terms } }));
      expect(await accounts.byId(account.id)).toEqual({ ...account, version: 2, terms });
    }));

  test('an update that knows the account needs no reading, and one that knows an older account is decided again', () =>
    withStore(testClock(), async ({ accounts }) => {
      const account = testAccount();
      await accounts.create(account, {});
      const known = (await accounts.byEmail(account.emailFingerprint)) ?? undefined;
      const seen: number[] = [];
      const touch = (nickname: string | null) => (before: typeof account) => {
        seen.push(before.version);
        return nickname === before.nickname ? null : { account: { ...before, nickname } };
      };
      const first = await accounts.update(account.id, touch('Aino'), known);
      expect([first.outcome, seen]).toEqual(['updated', [1]]);
      const second = 'account' in first ? first.account : undefined;
      expect((await accounts.update(account.id, touch('Ainu'), second)).outcome).toBe('updated');
      expect(seen).toEqual([1, 2]);
      // By what is known there is nothing to change; by what is stored there is.
      const third = await accounts.update(account.id, touch(null), known);
      expect(third).toEqual({ outcome: 'updated', account: { ...account, nickname: null, version: 4 } });
      expect(seen).toEqual([1, 2, 1, 3]);
    }));

  test('lists records of one instant in the order of their writing', () =>
    withStore(testClock(), async ({ audit, accounts }) => {
      const numbered = (n: number) => testAudit({ details: { n } });
      await accounts.create(testAccount(), { audit: [numbered(1), numbered(2)] });
      await audit.append(numbered(3));
      await accounts.create(testAccount(), { audit: [numbered(4)] });
      expect((await audit.list({ limit: 3 })).map(({ details }) => details['n'])).toEqual([4, 3, 2]);
    }));

  test('records brought again while they are under way are stored once, and hold nobody up', () =>
    withStore(testClock(), async ({ audit, connection: { ask, models } }) => {
      const chain = createAuditChain(models, ask, createAuditNode(models, ask, testClock()));
      const rows = Array.from({ length: 30 }, (_, n) => auditDocument(testAudit({ at: n }), `change:${n}`, n));
      await Promise.all(rows.flatMap((row) => [chain.store([row]), chain.store([row])]));
      await chain.store(rows);
      const [node = ''] = await audit.nodes();
      expect((await audit.chain(node, 0, 99)).map(({ at }) => at)).toEqual(rows.map(({ at }) => at));
    }));

  test('a record that a node owed when it died is written by the repair, and a removed entry goes with it', () =>
    withStore(testClock(), async ({ rosters, audit, repair, connection }) => {
      const { rosters: documents } = connection.models;
      const entries = ['kept', 'removed'].map((name) => testRosterEntry({ fingerprints: [testFingerprint(name)] }));
      for (const entry of entries) await rosters.add({ entry, audit: [] });
      while ((await documents.countDocuments({ 'pending.change': { $gt: '' } })) > 0) await sleep(5);
      const owed = { change: 'a change', audit: [{ _id: 'owed', written: 1, ...testAudit() }], mails: [] };
      const pending = [{ ...owed, evidence: [], frees: [], spends: null }];
      const gone = { entry: null, removed: true };
      const [kept, removed] = entries.map(({ id }) => ({ _id: id }));
      await documents.updateOne(kept ?? {}, { $set: { pending } });
      await documents.updateOne(removed ?? {}, { $set: { pending: [], ...gone } });
      expect(await repair()).toBe(2);
      expect(await audit.list({ limit: 9 })).toEqual([testAudit()]);
      expect(await documents.countDocuments({})).toBe(1);
      expect(await repair()).toBe(0);
      // Nobody needs to wait for it: what is in the way of a new entry is settled and cleared by whoever adds it.
      await documents.updateOne(kept ?? {}, { $set: { pending, ...gone } });
      expect(
        await rosters.add({ entry: testRosterEntry({ fingerprints: [testFingerprint('kept')] }), audit: [] }),
      ).toBe('added');
      expect([await documents.countDocuments({ removed: true }), await audit.list({ limit: 9 })]).toEqual([
        0,
        [testAudit()],
      ]);
    }));

  test('finishes what was started before it is closed, and refuses what comes after', async () => {
    const options = mongoOptions(server.url);
    const store = await openMongo(options);
    const account = testAccount();
    const creating = store.accounts.create(account, { audit: [testAudit()], mails: [testMail()] });
    const closing = store.close();
    expect(await creating).toBe('created');
    await closing;
    await expect(store.accounts.byId(account.id)).rejects.toThrow('closed');
    await expect(store.ping()).rejects.toThrow('closed');
    const again = await openMongo(options);
    expect(await again.connection.models.accounts.countDocuments({ 'pending.change': { $exists: true } })).toBe(0);
    expect(await again.audit.list({ limit: 9 })).toHaveLength(1);
    await again.close();
  });
});
