/**
 * A backup of MongoDB while nodes write. It has no one moment to show (a snapshot over many documents is more than plain
 * reads give), so accounts are read once, and those that changed meanwhile are read again until a round finds none that
 * changed: then all accounts are as they were when that round began. What only grows is read afterwards: records, evidence
 * and spent links of everything that the accounts tell are there, and perhaps some of what came later.
 *
 * Who changed is found by the records that each change writes; times of nodes differ by less than `skewMs`.
 */
import { CannotStart } from '../../cannot-start.ts';
import type { AccountId } from '../../ids.ts';
import type { AuditPage, AuditPosition } from '../audit-port.ts';
import {
  type BackupPage,
  type BackupSource,
  backedUpTables,
  type Correction,
  registeredClientModel,
} from '../backup-port.ts';
import type { MovableStorage, MovedPage, MovedTable } from '../moving.ts';
import { reading } from './connection.ts';
import type { AccountDocument } from './documents.ts';
import type { MongoStore } from './mongo.ts';
import { createMongoMoving } from './mongo-moving.ts';
import type { DurableTable } from './moved-documents.ts';
import type { RedisStore } from './redis.ts';

export type MongoBackupDeps = {
  readonly storage: Pick<MovableStorage, 'accounts' | 'audit' | 'close'>;
  readonly mongo: Pick<MongoStore, 'connection' | 'repair'>;
  readonly redis: Pick<RedisStore, 'moving'>;
};

const skewMs = 5_000;
const mostRounds = 100;
const mostRepairs = 20;
const auditRows = 500;

/** Checkpoints come before the records: what is signed is there, and what is not signed yet may be too. */
const order = [...backedUpTables].sort((a, b) => Number(b === 'auditCheckpoints') - Number(a === 'auditCheckpoints'));

export function createMongoBackupSource(deps: MongoBackupDeps): BackupSource {
  const { models, askLong } = deps.mongo.connection;
  const durable = createMongoMoving(models, askLong);
  const pagesOf = (table: MovedTable): AsyncGenerator<MovedPage> => {
    if (table === 'audit') return chainPages(deps);
    if (table === 'artifacts')
      return followed((from) => deps.redis.moving.read(table, from, 0, `${registeredClientModel}:`));
    // A cast: of what expires only artifacts are backed up.
    return followed((from) => durable.read(table as DurableTable, from));
  };
  return {
    // Nobody counts what lies in Redis for the sake of a progress bar.
    count: async (table) => (table === 'artifacts' ? 0 : durable.count(table as DurableTable)),
    async *pages() {
      for (const table of order) {
        const began = Date.now();
        for await (const { rows } of pagesOf(table)) yield { table, rows };
        if (table !== 'accounts') continue;
        yield* corrections(deps, began);
        await settle(deps);
      }
    },
    close: deps.storage.close,
  };
}

async function* followed(read: (from: string | null) => Promise<MovedPage>): AsyncGenerator<MovedPage> {
  let from: string | null = null;
  do {
    const page: MovedPage = await read(from);
    yield page;
    from = page.next;
  } while (from !== null);
}

/** Each chain from its begin without a gap, however late a record was settled: which reading by time would not give. */
async function* chainPages({ storage }: MongoBackupDeps): AsyncGenerator<MovedPage> {
  let after: AuditPosition | null = null;
  let number = 0;
  for (;;) {
    const { records, next }: AuditPage = await storage.audit.scan(after, auditRows);
    if (records.length === 0) return;
    yield { rows: records.map((value, at) => ({ position: String(number + at + 1), value })), next: null };
    number += records.length;
    after = next;
  }
}

/** What committed changes still owe to the tables that only grow: of nodes that died, or a moment old. */
async function settle({ mongo }: MongoBackupDeps): Promise<void> {
  for (let pass = 0; pass < mostRepairs && (await mongo.repair()) > 0; pass += 1);
}

async function* corrections(deps: MongoBackupDeps, began: number): AsyncGenerator<BackupPage> {
  const told = new Map<AccountId, number>();
  let since = began;
  for (let round = 0; round < mostRounds; round += 1) {
    const startsAt = Date.now();
    const read = await readAgain(deps, await changedSince(deps, since));
    const rows = read.filter(({ position, value }) => told.get(position) !== (value?.version ?? 0));
    if (rows.length === 0 && round > 0) return;
    for (const { position, value } of rows) told.set(position, value?.version ?? 0);
    yield { table: 'corrections', rows };
    since = startsAt;
  }
  throw new CannotStart('Accounts change so fast that no quiet moment was found: try again in a quieter hour.');
}

/** Records of a change are stored before it stops owing them: so those that owe are asked for first. */
async function changedSince({ mongo }: MongoBackupDeps, since: number): Promise<readonly AccountId[]> {
  const { models, askLong: ask } = mongo.connection;
  const owing = await ask(() => models.accounts.distinct('_id', { 'pending.change': { $gt: '' } }).exec());
  const absorbed = await ask(() => models.accounts.distinct('_id', { 'absorbing.change': { $gt: '' } }).exec());
  const written = { $gte: (since - skewMs) * 1_000 };
  const recorded = await ask(() => models.audit.distinct('accountId', { written }).exec());
  // A cast: ids of accounts are what these fields hold.
  return [...new Set([...owing, ...absorbed, ...recorded])].filter((id) => id !== null) as AccountId[];
}

async function readAgain(
  { storage, mongo }: MongoBackupDeps,
  ids: readonly AccountId[],
): Promise<readonly Correction[]> {
  const { models, askLong: ask } = mongo.connection;
  // A cast: lean documents are what was written.
  const found = (await ask(() =>
    models.accounts.find({ _id: { $in: [...ids] } }, null, reading).exec(),
  )) as readonly AccountDocument[];
  const byId = new Map(found.map((document) => [document._id, document]));
  const accountOf = async (id: AccountId) => {
    const document = byId.get(id);
    // Whether one that is being absorbed is gone is for the store to say.
    return document?.absorbing ? storage.accounts.byId(id) : (document?.account ?? null);
  };
  return Promise.all(ids.map(async (position) => ({ position, value: await accountOf(position) })));
}
