/**
 * Moving house: copies everything from one back end to another, page by page, so that a copy that was stopped goes on
 * where it stood, and then reads both sides again and compares counts and hashes of every table.
 */
import type { Instant } from '../ids.ts';
import { type Fingerprint, startFingerprint } from './fingerprint.ts';
import { type MovedPage, type MovedTable, type Moving, type MovingState, movedTables } from './moving.ts';

export type CopyProgress = {
  /** A table begins, or goes on; `done` of `total` rows are there already. */
  table(table: MovedTable, done: number, total: number): void;
  copied(rows: number): void;
  verified(table: MovedTable, rows: number, hash: string): void;
};

export type Copy = {
  /** What the source is, as `sqlite`: an unfinished copy goes on from the same only. */
  readonly fromName: string;
  readonly from: Moving;
  readonly to: Moving;
  readonly now: Instant;
  readonly progress: CopyProgress;
};

/** Nothing was copied, or what was copied is not the same: `message` is for the operator. */
export class CopyRefused extends Error {
  override readonly name = 'CopyRefused';
}

/** Throws CopyRefused when the target holds anything but an unfinished copy, or differs in the end. */
export async function copyStorage(copy: Copy): Promise<void> {
  let state = await begin(copy);
  for (const table of movedTables) state = await copyTable(copy, table, state);
  for (const table of movedTables) await verify(copy, table, state.asOf);
  await copy.to.setState(null);
}

async function begin({ fromName, from, to, now }: Copy): Promise<MovingState> {
  if ((await from.state()) !== null) throw new CopyRefused('the source itself is an unfinished copy');
  const unfinished = await to.state();
  if (unfinished === null) {
    if (!(await to.isEmpty())) throw new CopyRefused('the target is not empty, and what is in it stays as it is');
    const state = { from: fromName, asOf: now, nexts: {} };
    await to.setState(state);
    return state;
  }
  if (unfinished.from !== fromName) throw new CopyRefused(`the target is an unfinished copy from ${unfinished.from}`);
  return unfinished;
}

async function copyTable({ from, to, progress }: Copy, table: MovedTable, before: MovingState): Promise<MovingState> {
  let state = before;
  const total = await from.count(table, state.asOf);
  const copiedBefore = state.nexts[table] === undefined ? 0 : await to.count(table, state.asOf);
  progress.table(table, copiedBefore, total);
  for (let next = state.nexts[table]; next !== null; next = state.nexts[table]) {
    const page = await from.read(table, next ?? null, state.asOf);
    state = { ...state, nexts: { ...state.nexts, [table]: page.next } };
    await to.write(table, page.rows, state);
    progress.copied(page.rows.length);
  }
  return state;
}

async function verify({ from, to, progress }: Copy, table: MovedTable, asOf: Instant): Promise<void> {
  const [source, target] = [await fingerprintOf(from, table, asOf), await fingerprintOf(to, table, asOf)];
  if (source.rows !== target.rows || source.hash !== target.hash) {
    const side = ({ rows, hash }: Fingerprint) => `${rows} rows with hash ${hash}`;
    throw new CopyRefused(
      `${table} differ: ${side(source)} in the source, ${side(target)} in the target. Does something still write to one of them?`,
    );
  }
  progress.verified(table, target.rows, target.hash);
}

export async function fingerprintOf(moving: Moving, table: MovedTable, asOf: Instant): Promise<Fingerprint> {
  const fingerprinting = startFingerprint();
  let next: string | null = null;
  do {
    const page: MovedPage = await moving.read(table, next, asOf);
    for (const { value } of page.rows) fingerprinting.add(value);
    next = page.next;
  } while (next !== null);
  return fingerprinting.result;
}
