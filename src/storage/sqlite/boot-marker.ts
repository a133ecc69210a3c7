/**
 * Knows whether the expiring store may have lost its last moments (decisions.md §7): it syncs lazily, so a power cut
 * can undo "spent". An unclean stop followed by another boot of the machine counts as a power cut; after a mere kill
 * the kernel still writes everything out, and nothing is refused.
 */
import { readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../../ids.ts';
import { prepareOne, prepareRun } from './statements.ts';

type BootRow = { readonly boot_id: string | null; readonly running: number; readonly not_before: number };

export type BootMarker = {
  /** Whatever was made before this instant may have been spent and forgotten; 0 = nothing to fear. Kept for ever. */
  readonly notBefore: Instant;
  /** Durable when it returns; never lowers it. */
  raise(at: Instant): void;
  /** To be called when the expiring store has been written out in full. */
  stoppedCleanly(): void;
};

/** Reads what the last run left and marks this one as running, durably, before anything is served. */
export function markBoot(durable: DatabaseSync, now: Instant, bootIdFile: string): BootMarker {
  const bootId = readBootId(bootIdFile);
  const last = prepareOne<BootRow>(durable, 'SELECT boot_id, running, not_before FROM boot')();
  // No boot id (no Linux, or /proc hidden): treated as changed, since not knowing is refusing.
  const anotherBoot = bootId === null || last?.boot_id !== bootId;
  let notBefore = last?.running === 1 && anotherBoot ? now : (last?.not_before ?? 0);
  const write = prepareRun(
    durable,
    'INSERT OR REPLACE INTO boot (only_row, boot_id, running, not_before) VALUES (1, ?, ?, ?)',
  );
  write(bootId, 1, notBefore);
  return {
    get notBefore() {
      return notBefore;
    },
    raise(at) {
      notBefore = Math.max(notBefore, at);
      write(bootId, 1, notBefore);
    },
    stoppedCleanly: () => void write(bootId, 0, notBefore),
  };
}

function readBootId(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim() || null;
  } catch {
    return null;
  }
}
