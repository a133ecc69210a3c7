import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Account } from '../accounts/account.ts';
import { verifyStored } from '../audit/stored-chain.ts';
import type { Clock } from '../deps.ts';
import type { AccountId, Instant } from '../ids.ts';
import { backedUpTables, type RestoreTarget, restoring } from '../storage/backup-port.ts';
import { fingerprintOf } from '../storage/copy.ts';
import { type Fingerprinting, startFingerprint } from '../storage/fingerprint.ts';
import type { MovedRow, MovedTable, Moving, MovingState } from '../storage/moving.ts';
import type { Storage } from '../storage/ports.ts';
import type { CheckedBackup } from './check-backup.ts';
import type { Opening } from './envelope.ts';
import { BackupRefused, type BackupRows } from './format.ts';
import { type ReadBackup, readBackup } from './read-backup.ts';
import { restoredRow } from './restored-row.ts';

export type RestoreOrder = {
  readonly path: string;
  readonly opening: Opening;
  readonly checked: CheckedBackup;
  readonly target: RestoreTarget;
  /** Beside those of the backup's own records. */
  readonly erased: readonly AccountId[];
  readonly clock: Clock;
  /** Of the chains of records. */
  readonly auditKey: KeyObject;
  readonly wrote: (rows: number) => void;
};

export type Restored = {
  readonly at: Instant;
  readonly rows: number;
  readonly erased: number;
  readonly aside: string | null;
};

/**
 * Writes the backup into an empty target, reads all of it again and compares, refuses from now on what was issued before,
 * and only then lets the target serve. Whatever goes wrong, it does not. Erased people stay erased.
 */
export async function restoreBackup(order: RestoreOrder): Promise<Restored> {
  const { target, checked, clock } = order;
  const { storage } = target;
  const at = clock.now();
  const state: MovingState = { from: restoring, asOf: at, nexts: {} };
  try {
    await storage.moving.setState(state);
    // Before the first row, so that no row lies there without it.
    await storage.raiseNotBefore(at);
    const written = createWriter(order, state);
    if (!isSame(checked, await readBackup(order.path, order.opening, written.take)))
      throw new BackupRefused('The file changed while it was read: nothing of it is used.');
    await written.end();
    await proveWritten(storage.moving, written.prints, at);
    await proveChains(storage, order.auditKey);
    const rows = [...written.prints.values()].reduce((sum, { result }) => sum + result.rows, 0);
    await record(order, at, written.left);
    await storage.moving.setState(null);
    return { at, rows, erased: written.left.size, aside: await target.finish() };
  } catch (error) {
    await target.abandon();
    throw error;
  }
}

/** That it was restored; and who was erased, so that the next restore, of an older backup, knows it too. */
async function record({ target, checked }: RestoreOrder, at: Instant, left: ReadonlySet<AccountId>): Promise<void> {
  const { audit } = target.storage;
  const common = { at, clientId: null, journeyId: null, actor: 'operator:avain restore' };
  const { sha256, manifest } = checked;
  const details = { sha256, beganAt: new Date(manifest.beganAt).toISOString(), erased: left.size };
  await audit.append({ ...common, event: 'backup.restored', accountId: null, details });
  for (const accountId of left) {
    await audit.append({ ...common, event: 'account.erased', accountId, details: { restored: true } });
  }
}

const isSame = (before: ReadBackup, after: ReadBackup) => before.sha256 === after.sha256;

/** Which accounts come back, and as what. */
function whoReturns({ checked, erased }: RestoreOrder) {
  const gone = new Set([...checked.erased, ...erased]);
  const left = new Set<AccountId>();
  const waiting = new Map(checked.corrections);
  const returning = (position: string, account: Account | null): readonly MovedRow<'accounts'>[] => {
    if (account === null) return [];
    if (gone.has(account.id)) left.add(account.id);
    return gone.has(account.id) ? [] : [{ position, value: account }];
  };
  return {
    gone,
    left,
    of({ position, value }: MovedRow<'accounts'>): readonly MovedRow<'accounts'>[] {
      const correction = waiting.get(value.id);
      waiting.delete(value.id);
      return returning(position, correction === undefined ? value : correction);
    },
    /** Those that came while the others were read. */
    late: () => [...waiting].flatMap(([position, account]) => returning(position, account)),
  };
}

function createWriter(order: RestoreOrder, state: MovingState) {
  const { target, wrote } = order;
  const who = whoReturns(order);
  const prints = new Map<MovedTable, Fingerprinting>();

  async function write<T extends MovedTable>(table: T, rows: readonly MovedRow<T>[]): Promise<void> {
    const restored = rows.map(({ position, value }) => ({
      position,
      value: restoredRow(table, value, state.asOf, who.gone),
    }));
    const print = prints.get(table) ?? startFingerprint();
    prints.set(table, print);
    for (const { value } of restored) print.add(value);
    await target.storage.moving.write(table, restored, state);
    wrote(restored.length);
  }

  return {
    prints,
    left: who.left,
    end: () => write('accounts', who.late()),
    async take({ table, rows }: BackupRows): Promise<void> {
      if (table === 'corrections') return;
      // Casts: rows are what the table's type says, as the hashes have proved.
      if (table === 'accounts') await write(table, (rows as MovedRow<'accounts'>[]).flatMap(who.of));
      else await write(table, rows as MovedRow[]);
    },
  };
}

/** The records are the ones that were written, none edited and none missing between the first and the last. */
async function proveChains(storage: Storage, auditKey: KeyObject): Promise<void> {
  const { faults } = await verifyStored(storage, createPublicKey(auditKey));
  const [first] = faults;
  if (first === undefined) return;
  const where = `${first.what}, chain ${first.node}, record ${first.sequence}`;
  throw new BackupRefused(`The chain of audit records does not verify (${where}): nothing of it is served.`);
}

/** Everything is there as it was written, and nothing else. */
async function proveWritten(
  moving: Moving,
  prints: ReadonlyMap<MovedTable, Fingerprinting>,
  asOf: Instant,
): Promise<void> {
  for (const table of backedUpTables) {
    const [wanted, found] = [
      (prints.get(table) ?? startFingerprint()).result,
      await fingerprintOf(moving, table, asOf),
    ];
    if (wanted.rows === found.rows && wanted.hash === found.hash) continue;
    throw new BackupRefused(
      `${table} are not as they were written: ${found.rows} rows of ${wanted.rows}. Nothing of it is served.`,
    );
  }
}
