/** A backup of MongoDB and Redis while nodes write, and back into empty ones. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { Account } from '../../src/accounts/account.ts';
import { checkBackup } from '../../src/backup/check-backup.ts';
import { restoreBackup } from '../../src/backup/restore.ts';
import { writeBackup } from '../../src/backup/write-backup.ts';
import { TemporarilyUnavailable } from '../../src/errors.ts';
import type { AccountId } from '../../src/ids.ts';
import { openBackupSource, openRestoreTarget, openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/ports.ts';
import type { MailLink } from '../../src/storage/rows.ts';
import { describeWithStores } from '../support/describe-with-stores.ts';
import { fillStorage } from '../support/full-storage.ts';
import { openStores, storesConfig } from '../support/open-stores.ts';
import { testAccount, testAudit, testClock, testFingerprint } from '../support/storage.ts';
import { startMongo, startRedis } from '../support/store-servers.ts';

const clock = { now: () => Date.now() };
const log = { error: () => undefined, warn: () => undefined, info: () => undefined };
const { privateKey: auditKey } = generateKeyPairSync('ed25519');

/** Two accounts hand one address to and fro, each change with its record, beside people who come anew. */
async function workload(storage: Storage, until: () => boolean) {
  const pair: [Account, Account] = [testAccount(), testAccount()];
  for (const account of pair) await storage.accounts.create(account, { audit: [recordOf(account.id)] });
  const shared = testFingerprint('the shared address');
  const acknowledged: { id: AccountId; at: number }[] = [];
  const change = (id: AccountId, emailFingerprint = testFingerprint()) =>
    storage.accounts.update(id, (account) => ({
      account: { ...account, emailFingerprint },
      effects: { audit: [recordOf(id)] },
    }));
  async function round(number: number): Promise<void> {
    const [has, gets] = number % 2 === 0 ? [pair[1], pair[0]] : [pair[0], pair[1]];
    await change(has.id);
    expect((await change(gets.id, shared)).outcome).toBe('updated');
    const account = testAccount();
    const effects = { audit: [recordOf(account.id)], spends: `token of ${account.id}` };
    expect(await storage.accounts.create(account, effects)).toBe('created');
    acknowledged.push({ id: account.id, at: Date.now() });
  }
  // Of a store that was too slow nobody was told anything.
  const unknown = (error: unknown): void => {
    if (!(error instanceof TemporarilyUnavailable)) throw error;
  };
  for (let number = 0; !until(); number += 1) await round(number).catch(unknown);
  return { acknowledged, shared };
}

const recordOf = (accountId: AccountId) => testAudit({ event: 'profile.changed', accountId, at: Date.now() });

describeWithStores('a backup of several nodes', () => {
  test('under load: what was acknowledged before it began is there, nothing is half, nothing used is good again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'avain-backup-'));
    const servers = [await startMongo(), await startRedis(), await startMongo(), await startRedis()] as const;
    const [mongo, redis, otherMongo, otherRedis] = servers;
    const from = storesConfig({ mongoUrl: mongo.url, redisUrls: [redis.url] });
    const to = storesConfig({ mongoUrl: otherMongo.url, redisUrls: [otherRedis.url] });
    const identity = await generateX25519Identity();
    const [opening, path] = [{ identities: [identity] }, join(folder, 'backup')];
    try {
      const serving = await openStorage(from, clock, log);
      await fillStorage(serving, testClock(Date.now()), 200);
      let stop = false;
      const working = workload(serving, () => stop);
      while ((await serving.audit.list({ limit: 30 })).length < 30);
      const order = {
        head: { issuer: 'https://sso.example', avain: '0.1.0', storage: 'mongo-redis' as const, schema: [] },
        source: await openBackupSource(from, clock, log),
        sealing: { recipients: [await identityToRecipient(identity)] },
        progress: { table: () => undefined, read: () => undefined },
      };
      const { beganAt, end } = await writeBackup({ ...order, path, clock });
      stop = true;
      const { acknowledged, shared } = await working;
      const before = acknowledged.filter(({ at }) => at < beganAt).map(({ id }) => id);
      expect(before.length).toBeGreaterThan(0);
      expect(acknowledged.length).toBeGreaterThan(before.length);
      expect(end.tables.corrections?.rows).toBeGreaterThan(0);
      await serving.close();

      const checked = await checkBackup(path, opening);
      const options = { replace: false, now: Date.now() };
      await expect(openRestoreTarget(from, clock, log, options)).rejects.toThrow('is not empty');
      const target = await openRestoreTarget(to, clock, log, options);
      const { at } = await restoreBackup({
        path,
        opening,
        checked,
        target,
        erased: [],
        clock,
        auditKey,
        wrote: () => undefined,
      });

      const restored = await openStorage(to, clock, log);
      expect(restored.notBefore).toBeGreaterThanOrEqual(at);
      for (const id of before) {
        expect(await restored.accounts.byId(id)).not.toBeNull();
        expect(await restored.accounts.isSpent(`token of ${id}`)).toBe(true);
      }
      // Every account is whole: found by its own address, and with its records.
      for (const { id } of acknowledged) {
        const account = await restored.accounts.byId(id);
        if (!account) continue;
        expect((await restored.accounts.byEmail(account.emailFingerprint))?.id).toBe(id);
        expect(await restored.accounts.isSpent(`token of ${id}`)).toBe(true);
        expect(await restored.audit.list({ accountId: id, limit: 2 })).toHaveLength(1);
      }
      const owner = await restored.accounts.byEmail(shared);
      const holders: AccountId[] = [];
      for (let page = await restored.accounts.scan(null, 500); page.length > 0; ) {
        holders.push(...page.filter(({ emailFingerprint }) => emailFingerprint === shared).map(({ id }) => id));
        page = await restored.accounts.scan(page.at(-1)?.id ?? null, 500);
      }
      expect(holders).toEqual(owner === null ? [] : [owner.id]);
      expect(await restored.artifacts.find('RefreshToken', 'spent')).toBeNull();
      expect((await restored.artifacts.find('Client', 'for-ever'))?.payload).toBe('{"n":3}');
      await restored.close();
    } finally {
      for (const server of servers) await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 180_000);

  test('a Redis that was not emptied gives nothing back after a restore, and forgets nothing that was used', async () => {
    const [mongo, redis] = [await startMongo(), await startRedis()];
    const storage = await openStores({ mongoUrl: mongo.url, redisUrls: [redis.url] });
    const later = Date.now() + 1_000_000;
    const link = { purpose: 'reset', accountId: 'a' } as unknown as MailLink;
    try {
      const written = async (name: string) => {
        await storage.artifacts.upsert('RefreshToken', name, '{}', { grantId: name }, later);
        await storage.links.put(name, link, later);
        await storage.usedChallenges.put(name, { at: 1 }, later);
        await storage.artifacts.insert('ReplayDetection', name, '{}', later);
      };
      const found = async (name: string) => [
        (await storage.artifacts.find('RefreshToken', name)) !== null,
        (await storage.links.get(name)) !== null,
        (await storage.usedChallenges.get(name)) !== null,
        (await storage.artifacts.find('ReplayDetection', name)) !== null,
      ];
      await written('before');
      expect(await found('before')).toEqual([true, true, true, true]);
      await storage.raiseNotBefore(Date.now());
      expect(await found('before')).toEqual([false, false, true, true]);
      await written('after');
      expect(await found('after')).toEqual([true, true, true, true]);
      // Another node, and another loss of Redis, know it too.
      const other = await openStores({ mongoUrl: mongo.url, redisUrls: [redis.url] });
      expect(await other.links.get('before')).toBeNull();
      expect(await other.artifacts.find('RefreshToken', 'before')).toBeNull();
      expect(await other.artifacts.find('RefreshToken', 'after')).not.toBeNull();
      await other.close();
    } finally {
      await storage.close();
      await mongo.stop();
      await redis.stop();
    }
  }, 60_000);
});
