/** Whatever is done to a stored record, and to what is signed, is found. */
import { createPublicKey } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ChainedRecord, chained, hashOf } from '../../src/audit/chain.ts';
import { signedCheckpoint } from '../../src/audit/checkpoint.ts';
import { createCheckpointing } from '../../src/audit/checkpoints.ts';
import { verifyStored } from '../../src/audit/stored-chain.ts';
import { createVerifier } from '../../src/audit/verify.ts';
import { openSqliteStorage } from '../../src/storage/sqlite/open.ts';
import { testKeyring } from '../support/keyring.ts';
import { testAudit, testClock } from '../support/storage.ts';

const keyring = testKeyring(1);
const publicKey = createPublicKey(keyring.auditKey());
const directory = mkdtempSync(join(tmpdir(), 'avain-audit-'));
const clock = testClock();
const records = 12;

beforeAll(async () => {
  const storage = await openSqliteStorage({ directory, clock });
  for (let at = 1; at <= records; at += 1) {
    const details = { n: at, text: `text ${at}`, yes: true, none: null };
    const who = { accountId: `account-${at}`, clientId: 'oima', journeyId: `journey-${at}` } as Partial<ChainedRecord>;
    await storage.audit.append(testAudit({ at, details, actor: `operator:${at}`, sealed: `v1.${at}`, ...who }));
    // The first half is signed on its way, and the last record; between them nothing.
    if (at === 6 || at === records) await checkpoint(storage);
  }
  await storage.close();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

type Opened = Awaited<ReturnType<typeof openSqliteStorage>>;

async function checkpoint(storage: Opened): Promise<void> {
  const told: unknown[] = [];
  // A cast: of the log only this is used.
  const log = { error: (...what: unknown[]) => told.push(what) } as unknown as Parameters<
    typeof createCheckpointing
  >[0]['log'];
  await createCheckpointing({ storage, keyring, clock, log }).look(true);
  expect(told).toEqual([]);
}

/** Does something to a copy of the file behind Avain's back, and tells what the verification finds. */
async function foundAfter(tamper: (db: DatabaseSync) => void): Promise<readonly string[]> {
  const copy = mkdtempSync(join(directory, 'copy-'));
  copyFileSync(join(directory, 'avain.db'), join(copy, 'avain.db'));
  const db = new DatabaseSync(join(copy, 'avain.db'));
  tamper(db);
  db.close();
  const storage = await openSqliteStorage({ directory: copy, clock });
  const { faults } = await verifyStored(storage, publicKey);
  await storage.close();
  return faults.map(({ what, sequence }) => `${what} ${sequence}`);
}

const texts = [
  'event',
  'account_id',
  'client_id',
  'journey_id',
  'actor',
  'details',
  'sealed',
  'previous_hash',
  'hash',
  'node',
];

test('nothing is found where nothing was done', async () => {
  expect(await foundAfter(() => undefined)).toEqual([]);
});

test('one changed byte of any column of any record is found', async () => {
  for (const column of texts) {
    const found = await foundAfter((db) =>
      db.exec(`UPDATE audit SET ${column} = substr(${column}, 1, 4) || 'x' || substr(${column}, 6) WHERE sequence = 8`),
    );
    expect([column, found.length > 0]).toEqual([column, true]);
  }
  expect(await foundAfter((db) => db.exec('UPDATE audit SET at = at + 1 WHERE sequence = 3'))).toEqual(['edited 3']);
  expect(await foundAfter((db) => db.exec('UPDATE audit SET actor = NULL WHERE sequence = 3'))).toEqual(['edited 3']);
  expect(await foundAfter((db) => db.exec('UPDATE audit SET sequence = 99 WHERE sequence = 3'))).toContain('gap 4');
});

/** As somebody would who knows the code, and has no key: from one record on everything is chained anew. */
function rewritten(db: DatabaseSync, from: number): void {
  const name = (db.prepare('SELECT node FROM audit_node').get()?.['node'] ?? '') as string;
  let head = {
    sequence: from - 1,
    hash: String(db.prepare('SELECT hash FROM audit WHERE sequence = ?').get(from - 1)?.['hash'] ?? ''),
  };
  db.prepare('DELETE FROM audit WHERE sequence >= ?').run(from);
  for (let at = from; at <= records; at += 1) {
    const record = chained(testAudit({ at, event: 'account.unbarred' }), name, head);
    db.prepare(
      `INSERT INTO audit (at, event, details, node, sequence, previous_hash, hash) VALUES (?, ?, '{}', ?, ?, ?, ?)`,
    ).run(record.at, record.event, record.node, record.sequence, record.previousHash, record.hash);
    head = record;
  }
}

test.each<[string, (db: DatabaseSync) => void, string]>([
  ['a removed record', (db) => db.exec('DELETE FROM audit WHERE sequence = 5'), 'gap 6'],
  ['the first records removed', (db) => db.exec('DELETE FROM audit WHERE sequence <= 2'), 'gap 3'],
  ['the last ones cut off', (db) => db.exec('DELETE FROM audit WHERE sequence > 9'), 'cut-off 12'],
  ['all of them removed', (db) => db.exec('DELETE FROM audit'), 'cut-off 12'],
  [
    'two swapped',
    (db) =>
      db.exec(`UPDATE audit SET sequence = 100 WHERE sequence = 4; UPDATE audit SET sequence = 4 WHERE sequence = 5;
        UPDATE audit SET sequence = 5 WHERE sequence = 100`),
    'edited 4',
  ],
  ['the end hashed anew', (db) => rewritten(db, 10), 'rewritten 12'],
  ['everything hashed anew', (db) => rewritten(db, 1), 'rewritten 6'],
  [
    'a forged checkpoint',
    (db) => db.exec("UPDATE audit_checkpoints SET hash = 'x' WHERE sequence = 6"),
    'forged-checkpoint 6',
  ],
  [
    'a checkpoint as an anchor',
    (db) => db.exec("UPDATE audit_checkpoints SET kind = 'anchor' WHERE sequence = 6"),
    'forged-checkpoint 6',
  ],
])('%s: found, and where', async (_, tamper, expected) => {
  expect(await foundAfter(tamper)).toContain(expected);
});

test('a chain that was altered is not signed over, and the log says so once', async () => {
  const storage = await openSqliteStorage({ directory: ':memory:', clock });
  const told: unknown[] = [];
  // A cast: of the log only this is used.
  const log = { error: (what: unknown) => told.push(what) } as unknown as Parameters<
    typeof createCheckpointing
  >[0]['log'];
  const { look } = createCheckpointing({ storage, keyring, clock, log });
  await storage.audit.append(testAudit());
  await look(true);
  await storage.audit.append(testAudit());
  const [name = ''] = await storage.audit.nodes();
  const [, second] = await storage.audit.chain(name, 0, 2);
  const { audit } = storage;
  const altered = [{ ...second, at: 7 } as ChainedRecord];
  const scan: typeof audit.scan = async (after) => ({ records: (after?.[name] ?? 0) < 2 ? altered : [], next: {} });
  const lying = createCheckpointing({ storage: { ...storage, audit: { ...audit, scan } }, keyring, clock, log });
  await lying.look(true);
  await lying.look(true);
  expect(told).toEqual([{ node: name, sequence: 2 }]);
  expect((await storage.checkpoints.newest(name))?.sequence).toBe(1);
  await storage.close();
});

test('any change of any field of any record in any chain is found', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null));
  const record = fc.record({
    at: fc.integer({ min: 0 }),
    event: fc.constantFrom('account.created' as const, 'password.proved' as const),
    accountId: fc.option(fc.string()),
    clientId: fc.option(fc.string()),
    journeyId: fc.option(fc.string()),
    actor: fc.option(fc.string()),
    sealed: fc.option(fc.string()),
    details: fc.dictionary(fc.string(), value, { maxKeys: 4 }),
  });
  const chain = fc.array(record, { minLength: 1, maxLength: 8 }).map((some) => {
    let head = { sequence: 0, hash: '' };
    // A cast: ids are branded texts.
    return some.map((one) => {
      const link = chained(one as unknown as ChainedRecord, 'a chain', head);
      head = link;
      return link;
    });
  });
  const mutation = fc.record({ at: fc.nat(), field: fc.nat(), other: record, value });
  fc.assert(
    fc.property(chain, mutation, (links, { at, field, other, value: any }) => {
      const verify = (some: readonly ChainedRecord[]) => {
        const verifier = createVerifier(publicKey);
        for (const one of some) verifier.record(one);
        const end = links.at(-1) as ChainedRecord;
        verifier.checkpoint(signedCheckpoint({ keyring }, { ...end, kind: 'checkpoint', at: 1 }));
        return verifier.end().faults;
      };
      expect(verify(links)).toEqual([]);
      const place = at % links.length;
      const one = links[place] as ChainedRecord;
      const names = Object.keys(one);
      const name = names[field % names.length] as keyof ChainedRecord;
      const changed = { ...one, [name]: name in other ? other[name as keyof typeof other] : any };
      fc.pre(JSON.stringify(changed) !== JSON.stringify(one));
      // Where the hash of what was changed is what is compared, a change that leaves the hash as it is would go unseen.
      if (name !== 'hash') expect(hashOf(changed)).not.toBe(one.hash);
      expect(verify(links.with(place, changed))).not.toEqual([]);
    }),
  );
});
