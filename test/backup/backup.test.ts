/** A backup of everything, and back: what comes back, what does not, and what is refused. */
import { generateKeyPairSync } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { admitBackup, checkBackup } from '../../src/backup/check-backup.ts';
import { BackupRefused } from '../../src/backup/format.ts';
import { restoreBackup } from '../../src/backup/restore.ts';
import { writeBackup } from '../../src/backup/write-backup.ts';
import type { AccountId } from '../../src/ids.ts';
import { openSqliteBackupSource, sqliteSchemaState } from '../../src/storage/sqlite/backup-source.ts';
import { openSqliteStorage } from '../../src/storage/sqlite/open.ts';
import { openSqliteRestore } from '../../src/storage/sqlite/restore-target.ts';
import { fillStorage } from '../support/full-storage.ts';
import { testAccount, testAudit, testClock, testKeySet, testMail } from '../support/storage.ts';

const root = mkdtempSync(join(tmpdir(), 'avain-backup-'));
const clock = testClock();
const folder = () => mkdtempSync(join(root, 'data-'));
const open = (directory: string) => openSqliteStorage({ directory, clock });
const silent = { table: () => undefined, read: () => undefined };
afterAll(() => rmSync(root, { recursive: true, force: true }));

const { privateKey: auditKey } = generateKeyPairSync('ed25519');
let identity = '';
let recipient = '';
beforeAll(async () => {
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
});

const head = { issuer: 'https://sso.example', avain: '0.1.0', storage: 'sqlite' as const, schema: [] };

async function backUp(directory: string, path = join(folder(), 'backup')) {
  const source = openSqliteBackupSource(directory);
  const written = await writeBackup({
    source,
    head,
    path,
    sealing: { recipients: [recipient] },
    clock,
    progress: silent,
  });
  return { path, ...written };
}

const opening = () => ({ identities: [identity] });

async function restore(path: string, directory: string, erased: readonly AccountId[] = [], replace = false) {
  const checked = await checkBackup(path, opening());
  const target = await openSqliteRestore(directory, clock, { replace, now: clock.now() });
  const all = [...erased, ...(target.erasedBefore ?? [])];
  return restoreBackup({
    path,
    opening: opening(),
    checked,
    target,
    erased: all,
    clock,
    auditKey,
    wrote: () => undefined,
  });
}

test('everything that lasts comes back, of the moment when the backup began; nothing that was short-lived', async () => {
  const directory = folder();
  const source = await open(directory);
  await fillStorage(source, clock, 1_200);
  const before = await source.accounts.byId('first' as AccountId);
  const history = await source.audit.list({ limit: 10 });
  // It runs on, and is written to while it is read.
  const late = testAccount();
  const taking = backUp(directory);
  await source.accounts.create(late, {});
  const { path, rows, sha256 } = await taking;
  await source.close();
  expect(rows).toBeGreaterThan(1_200);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  clock.advance(60_000);

  const target = folder();
  rmSync(target, { recursive: true });
  const { at } = await restore(path, target);
  const restored = await open(target);
  expect(await restored.accounts.byId('first' as AccountId)).toEqual({
    ...before,
    factors: {
      ...before?.factors,
      recoveryCodes: null,
      authenticator: { ...before?.factors.authenticator, lastStep: Math.floor(at / 30_000) + 1 },
    },
  });
  expect(await restored.accounts.byId(late.id)).toBeNull();
  expect(await restored.accounts.byEmail(before?.emailFingerprint ?? late.emailFingerprint)).not.toBeNull();
  expect(await restored.accounts.isSpent('a spent token')).toBe(true);
  expect(await restored.evidence.of('first' as AccountId)).toHaveLength(1);
  const [newest, ...older] = await restored.audit.list({ limit: 11 });
  expect(newest).toMatchObject({ event: 'backup.restored', details: { sha256, erased: 0 } });
  expect(older).toEqual(history);
  // Registered clients have no end; all else of the kind is gone, and what was made before is refused.
  expect((await restored.artifacts.find('Client', 'for-ever'))?.payload).toBe('{"n":3}');
  expect(await restored.artifacts.find('Session', 'session')).toBeNull();
  expect(await restored.artifacts.find('RefreshToken', 'spent')).toBeNull();
  expect(await restored.origins.get('origin')).toBeNull();
  expect(restored.notBefore).toBe(at);
  // The mail that waited leads nowhere any more.
  expect(await restored.outbox.claimDue(clock.now(), 10, 1)).toEqual([]);
  await restored.close();
  // And it stays so.
  const again = await open(target);
  expect(again.notBefore).toBe(at);
  await again.close();
});

test('a file that is there is never written over, and nothing half has its name', async () => {
  const directory = folder();
  const storage = await open(directory);
  const { path } = await backUp(directory);
  await expect(backUp(directory, path)).rejects.toThrow('is there already');
  const broken = join(root, 'broken');
  const source = openSqliteBackupSource(directory);
  const breaking = {
    ...source,
    async *pages() {
      for await (const page of source.pages()) {
        if (page.table === 'audit') throw new Error('the disk is gone');
        yield page;
      }
    },
  };
  const sealing = { recipients: [recipient] };
  const order = { source: breaking, head, path: broken, sealing, clock, progress: silent };
  await expect(writeBackup(order)).rejects.toThrow('the disk is gone');
  expect(readdirSync(root).filter((name) => name.includes('broken'))).toEqual([]);
  await storage.close();
});

describe('a file that is not as it was written', () => {
  let whole: Buffer;
  let path = '';
  beforeAll(async () => {
    const directory = folder();
    const storage = await open(directory);
    await fillStorage(storage, clock, 3);
    whole = readFileSync((await backUp(directory)).path);
    await storage.close();
    path = join(root, 'changed');
  });
  const check = async (bytes: Uint8Array) => {
    writeFileSync(path, bytes);
    return checkBackup(path, opening());
  };

  test('is refused whichever bit was flipped', async () => {
    const at = fc.record({ byte: fc.nat(whole.length - 1), bit: fc.nat(7) });
    await fc.assert(
      fc.asyncProperty(at, async ({ byte, bit }) => {
        const bytes = Uint8Array.from(whole);
        bytes[byte] = (bytes[byte] ?? 0) ^ (1 << bit);
        await expect(check(bytes)).rejects.toThrow(BackupRefused);
      }),
      { numRuns: 150 },
    );
  });

  test('is refused wherever it ends, and with more behind it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
        await expect(check(whole.subarray(0, length))).rejects.toThrow(BackupRefused);
      }),
      { numRuns: 30 },
    );
    await expect(check(Buffer.concat([whole, Buffer.alloc(1)]))).rejects.toThrow(BackupRefused);
    await expect(check(whole)).resolves.toMatchObject({ manifest: { issuer: head.issuer } });
  });

  test('is refused to who has another key, and where there is none', async () => {
    writeFileSync(path, whole);
    const other = { identities: [await generateX25519Identity()] };
    await expect(checkBackup(path, other)).rejects.toThrow('does not open');
    await expect(checkBackup(join(root, 'nowhere'), opening())).rejects.toThrow('ENOENT');
  });
});

test('a store is not overwritten; with --replace it is put aside whole, and who was erased there stays erased', async () => {
  const directory = folder();
  const [gone, known, stays] = [testAccount(), testAccount(), testAccount()];
  const storage = await open(directory);
  for (const account of [gone, known, stays]) {
    await storage.accounts.create(account, {
      mails: [testMail({ accountId: account.id, expiresAt: clock.now() + 1 })],
    });
  }
  const { path } = await backUp(directory);
  const erasure = testAudit({ event: 'account.erased', accountId: gone.id });
  expect(await storage.accounts.erase(gone.id, () => ({ audit: [erasure] }))).toBe('erased');
  await storage.artifacts.upsert('Session', 'later', '{}', {}, clock.now() + 1e9);
  await expect(restore(path, directory)).rejects.toThrow('in use by another Avain process');
  await storage.close();
  await expect(restore(path, directory)).rejects.toThrow('with --replace');

  const { aside, erased } = await restore(path, directory, [known.id], true);
  expect(erased).toBe(2);
  const restored = await open(directory);
  expect(await restored.accounts.byId(gone.id)).toBeNull();
  expect(await restored.accounts.byId(known.id)).toBeNull();
  expect(await restored.accounts.byEmail(gone.emailFingerprint)).toBeNull();
  expect(await restored.accounts.byId(stays.id)).not.toBeNull();
  // The next restore, of a backup as old as this one, knows them too.
  expect((await restored.audit.list({ accountId: gone.id, limit: 1 }))[0]?.event).toBe('account.erased');
  expect(await restored.artifacts.find('Session', 'later')).toBeNull();
  await restored.close();
  const before = await open(aside ?? '');
  expect(await before.accounts.byId(known.id)).not.toBeNull();
  expect(await before.artifacts.find('Session', 'later')).not.toBeNull();
  await before.close();
});

test('it is known which signing keys were revoked since in the store that is put aside, and come back', async () => {
  const directory = folder();
  const storage = await open(directory);
  const set = testKeySet(1);
  await storage.signingKeys.replace(set, []);
  const { path } = await backUp(directory);
  const kid = set.keys[0]?.kid ?? '';
  await storage.audit.append(testAudit({ event: 'signing-key.revoked', accountId: null, details: { kid } }));
  await storage.close();
  expect((await checkBackup(path, opening())).trustedKeys).toContain(kid);
  const target = await openSqliteRestore(directory, clock, { replace: true, now: clock.now() });
  expect(target.revokedBefore).toEqual([kid]);
  await target.abandon();
  const nothingThere = await openSqliteRestore(folder(), clock, { replace: false, now: clock.now() });
  expect([nothingThere.erasedBefore, nothingThere.revokedBefore]).toEqual([null, null]);
  await nothingThere.abandon();
});

test('a backup of another installation, of another schema, or of keys that are not here, is refused before a row is written', async () => {
  const directory = folder();
  const storage = await open(directory);
  await storage.marks.put('keys', JSON.stringify({ lookup: 'l', master: ['m1', 'm2'], index: ['i'] }));
  const { path } = await backUp(directory);
  await storage.close();
  const checked = await checkBackup(path, opening());
  const fits = { issuer: head.issuer, keys: { lookup: 'l', master: ['m1', 'm2'], index: ['i'] }, schema: [] };
  admitBackup(checked, fits);
  expect(() => admitBackup(checked, { ...fits, issuer: 'https://other.example' })).toThrow(
    'is the backup of https://sso',
  );
  expect(() => admitBackup(checked, { ...fits, keys: { ...fits.keys, master: ['m2'] } })).toThrow('the master key m1');
  expect(() => admitBackup(checked, { ...fits, keys: { ...fits.keys, lookup: 'x' } })).toThrow('the lookup key l');
  expect(() => admitBackup(checked, { ...fits, schema: [{ needs: 3 }] })).toThrow('kind or schema');
});

test('a restore that was killed while it wrote leaves what was there, and the next one begins anew', async () => {
  const directory = folder();
  const account = testAccount();
  const storage = await open(directory);
  await storage.accounts.create(account, {});
  const { path } = await backUp(directory);
  await storage.close();
  mkdirSync(join(directory, 'restoring'));
  writeFileSync(join(directory, 'restoring', 'avain.db'), 'half');
  const serving = await open(directory);
  expect(await serving.accounts.byId(account.id)).not.toBeNull();
  await serving.close();
  await restore(path, directory, [], true);
  const restored = await open(directory);
  expect(await restored.accounts.byId(account.id)).not.toBeNull();
  await restored.close();
  expect(readdirSync(directory).filter((name) => name.startsWith('rest'))).toEqual([expect.stringMatching(/-aside$/)]);
});

/** The moves by which files change places, each of which a kill may be behind. */
const moves: readonly (readonly [from: string, to: string])[] = [
  ['expiring.db', 'restored-1-aside/expiring.db'],
  ['restored-1/expiring.db', 'expiring.db'],
  ['avain.db', 'restored-1-aside/avain.db'],
  ['restored-1/avain.db', 'avain.db'],
];

test.each([0, 1, 2, 3, 4])(
  'killed behind %i of the moves by which the files change places, the next start finishes them',
  async (done) => {
    const directory = folder();
    const [old, anew] = [testAccount(), testAccount()];
    for (const [name, account] of Object.entries({ '.': old, 'restored-1': anew })) {
      const storage = await open(join(directory, name));
      await storage.accounts.create(account, {});
      await storage.close();
    }
    rmSync(join(directory, 'restored-1', 'lock.db'));
    mkdirSync(join(directory, 'restored-1-aside'));
    for (const [from, to] of moves.slice(0, done)) renameSync(join(directory, from), join(directory, to));
    const restored = await open(directory);
    expect(await restored.accounts.byId(anew.id)).not.toBeNull();
    expect(await restored.accounts.byId(old.id)).toBeNull();
    await restored.close();
    const aside = await open(join(directory, 'restored-1-aside'));
    expect(await aside.accounts.byId(old.id)).not.toBeNull();
    await aside.close();
  },
);

test('the schema of a folder is told without changing it', async () => {
  const directory = folder();
  expect(sqliteSchemaState(directory).every(({ has }) => has === null)).toBe(true);
  expect(readdirSync(directory)).toEqual([]);
  await (await open(directory)).close();
  expect(sqliteSchemaState(directory).every(({ has, needs }) => has === needs && needs > 0)).toBe(true);
});
