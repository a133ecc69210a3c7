/**
 * The embedded back end: node:sqlite, two files in one directory and a lock (decisions.md §7).
 *
 * Lives here: one file per port, named as the port; database.ts, lock.ts, migrate.ts, boot-marker.ts for opening;
 * transaction.ts for group commit; sweeper.ts. Imports the ports and types, nothing else of ours, and is imported by
 * storage/open.ts alone.
 *
 * Promise: what a resolved promise acknowledged is stored (avain.db: even after a power cut; expiring.db: even after
 * kill -9), and one data directory is served by one process. `:memory:` runs the same code over nothing.
 */
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from 'pino';
import type { Clock } from '../../deps.ts';
import type { MovableStorage } from '../moving.ts';
import { allRows } from '../row-kinds.ts';
import { createAccounts } from './accounts.ts';
import { createArtifacts } from './artifacts.ts';
import { createAudit } from './audit.ts';
import { type BootMarker, markBoot } from './boot-marker.ts';
import { createCheckpoints } from './checkpoints.ts';
import { createClients } from './clients.ts';
import { openDatabase } from './database.ts';
import { createEvidence } from './evidence.ts';
import { prepareExpiringRows } from './expiring-rows.ts';
import { createKept } from './kept.ts';
import { type DirectoryLock, lockDirectory, syncDirectory } from './lock.ts';
import { createLogouts } from './logouts.ts';
import { createMarks } from './marks.ts';
import { durableMigrations } from './migrations/durable.ts';
import { expiringMigrations } from './migrations/expiring.ts';
import { createMoving } from './moving.ts';
import { createOutbox } from './outbox.ts';
import { createRateLimits } from './rate-limits.ts';
import { createRosters } from './rosters.ts';
import { createSigningKeys } from './signing-keys.ts';
import { createStatistics } from './statistics.ts';
import { finishSwap } from './swap.ts';
import { createSweep, type Store, type Sweep, startSweeper } from './sweeper.ts';
import { createTransactions } from './transaction.ts';

export type SqliteOptions = {
  readonly directory: string | ':memory:';
  readonly clock: Clock;
  readonly log?: Pick<Logger, 'error'>;
  /** Tells one boot of the machine from another; other than Linux's own only in tests. */
  readonly bootIdFile?: string;
};

/** `sweep` runs one pass of the sweeper now, for tests; it is no part of the port. */
export type SqliteStorage = MovableStorage & { readonly sweep: Sweep };

/** Throws when the directory is in use, damaged, written by a newer Avain, or on a network file system. */
export async function openSqliteStorage(options: SqliteOptions): Promise<SqliteStorage> {
  const { clock, log } = options;
  const files = openFiles(options);
  const { durable, expiring } = files;
  const sweep = createSweep(durable, expiring, clock);
  const sweeper = startSweeper(sweep, (err) => log?.error({ err }, 'sweep failed'));
  const rows = prepareExpiringRows(expiring.db, expiring.transactions, clock);
  const limits = createRateLimits(expiring.db, expiring.transactions, clock);
  let closed = false;
  return {
    accounts: createAccounts(durable.db, durable.transactions, clock),
    evidence: createEvidence(durable.db, durable.transactions),
    audit: createAudit(durable.db, durable.transactions),
    checkpoints: createCheckpoints(durable.db, durable.transactions),
    outbox: createOutbox(durable.db, durable.transactions),
    logouts: createLogouts(durable.db, durable.transactions),
    rosters: createRosters(durable.db, durable.transactions),
    clients: createClients(durable.db, durable.transactions),
    signingKeys: createSigningKeys(durable.db, durable.transactions),
    marks: createMarks(durable.db, durable.transactions),
    kept: createKept(durable.db, durable.transactions),
    statistics: createStatistics(durable.db, durable.transactions),
    artifacts: createArtifacts(expiring.db, expiring.transactions, clock),
    ...allRows(rows),
    limits,
    get notBefore() {
      return files.marker.notBefore;
    },
    raiseNotBefore: async (at) => files.marker.raise(at),
    bounded: (work) => work(),
    moving: createMoving(durable, expiring),
    sweep,
    async ping() {
      await durable.transactions.read(() => durable.db.prepare('SELECT 1 FROM boot').get());
      // A real write: a full or read-only disk still reads well.
      await limits.hit('ping', 60_000);
    },
    async close() {
      if (closed) return;
      closed = true;
      sweeper.stop();
      closeFiles(files);
    },
  };
}

type Files = { durable: Store; expiring: Store; marker: BootMarker; lock: DirectoryLock | null };

function openFiles({ directory, clock, bootIdFile = '/proc/sys/kernel/random/boot_id' }: SqliteOptions): Files {
  const inMemory = directory === ':memory:';
  const lock = inMemory ? null : lockDirectory(directory);
  const path = (name: string) => (inMemory ? ':memory:' : join(directory, name));
  const opened: DatabaseSync[] = [];
  const open = (...[options]: Parameters<typeof openDatabase>): Store => {
    const db = openDatabase(options);
    opened.push(db);
    return { db, transactions: createTransactions(db) };
  };
  try {
    // A restore that was killed amid it.
    if (!inMemory) finishSwap(directory);
    const durable = open({
      path: path('avain.db'),
      migrations: durableMigrations,
      durable: true,
      cacheKib: 8192,
    });
    const expiring = open({
      path: path('expiring.db'),
      migrations: expiringMigrations,
      durable: false,
      cacheKib: 16384,
    });
    if (!inMemory) syncDirectory(directory);
    return { durable, expiring, marker: markBoot(durable.db, clock.now(), bootIdFile), lock };
  } catch (error) {
    for (const db of opened) db.close();
    lock?.release();
    throw error;
  }
}

/** The order matters: the marker says "clean" only after the expiring store lies on the disk in full. */
function closeFiles({ durable, expiring, marker, lock }: Files): void {
  try {
    expiring.transactions.flush();
    durable.transactions.flush();
    // PASSIVE never waits; what it has copied it has also synced.
    const written = expiring.db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
    const complete = written?.['busy'] === 0 && written['log'] === written['checkpointed'];
    expiring.db.close();
    // A reader from outside kept the log from being written out: stay "unclean", which refuses too much, never too little.
    if (complete) marker.stoppedCleanly();
  } finally {
    if (expiring.db.isOpen) expiring.db.close();
    durable.db.close();
    lock?.release();
  }
}
