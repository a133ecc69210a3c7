import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AuditRecord } from '../../audit/audit-log.ts';
import { CannotStart } from '../../cannot-start.ts';
import type { Clock } from '../../deps.ts';
import type { AccountId } from '../../ids.ts';
import type { RestoreOptions, RestoreTarget } from '../backup-port.ts';
import { lockDirectory, syncDirectory } from './lock.ts';
import { openSqliteStorage } from './open.ts';
import { finishSwap, swapName } from './swap.ts';

const stagingName = 'restoring';

/**
 * Builds both files anew in a folder beside those that serve, and lets them change places when all is proved (swap.ts):
 * a kill at any moment leaves the old store, or the new one, whole. Holds the lock of the data folder. Throws CannotStart.
 */
export async function openSqliteRestore(
  directory: string,
  clock: Clock,
  { replace, now }: RestoreOptions,
): Promise<RestoreTarget> {
  const lock = lockDirectory(directory);
  try {
    finishSwap(directory);
    const before = join(directory, 'avain.db');
    if (existsSync(before) && !replace) {
      throw new CannotStart(
        `${directory} holds a store, and it stays as it is: with --replace it is put aside, whole.`,
      );
    }
    const staging = join(directory, stagingName);
    // Of a restore that was killed: never proved, never served.
    rmSync(staging, { recursive: true, force: true });
    const storage = await openSqliteStorage({ directory: staging, clock });
    return {
      storage,
      // A cast: ids of accounts are what the column holds.
      erasedBefore: toldIn(before, 'account.erased', 'account_id') as readonly AccountId[] | null,
      revokedBefore: toldIn(before, 'signing-key.revoked', "json_extract(details, '$.kid')"),
      async finish() {
        await storage.close();
        rmSync(join(staging, 'lock.db'), { force: true });
        const swap = join(directory, swapName(now));
        mkdirSync(`${swap}-aside`, { mode: 0o700 });
        renameSync(staging, swap);
        syncDirectory(directory);
        finishSwap(directory);
        lock.release();
        return asideOrNull(`${swap}-aside`);
      },
      async abandon() {
        await storage.close();
        rmSync(staging, { recursive: true, force: true });
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** An empty one tells nobody anything. */
function asideOrNull(aside: string): string | null {
  if (readdirSync(aside).length > 0) return aside;
  rmdirSync(aside);
  return null;
}

/** What its records name; null when there is none, or it cannot be read: a damaged store is what restores are for. */
function toldIn(path: string, event: AuditRecord['event'], named: string): readonly string[] | null {
  if (!existsSync(path)) return null;
  try {
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      const sql = `SELECT ${named} AS id FROM audit WHERE event = ? AND ${named} IS NOT NULL`;
      return db
        .prepare(sql)
        .all(event)
        .map(({ id }) => String(id));
    } finally {
      db.close();
    }
  } catch {
    return null;
  }
}
