import type { Clock } from '../../deps.ts';
import type { Instant } from '../../ids.ts';
import type { ExpiringRows } from '../expiring-ports.ts';
import type { FenceWatch } from './fence.ts';
import type { Ask } from './redis-connection.ts';
import { type Client, readRow, run, ttlOf } from './scripts.ts';

export type RowDeps = {
  readonly ask: Ask;
  readonly clock: Clock;
  readonly fence: Pick<FenceWatch, 'notBefore' | 'restored'>;
  readonly keyPrefix: string;
};

/**
 * Kinds whose rows from before a fence are dead: minutes old at most, and spent in Redis alone. Links stay, since what
 * decides about them is durable (`spends`); what hangs on a session or an interaction dies with that.
 */
const fencedKinds = new Set(['challenge', 'exchange', 'adoption']);

export function leastRowFence({ fence }: Pick<RowDeps, 'fence'>, kind: string): Instant {
  // That a challenge was used holds for ever.
  if (kind === 'used-challenge') return 0;
  return fencedKinds.has(kind) ? fence.notBefore : fence.restored;
}

/** A row as it lies in Redis (scripts.ts); `body` is JSON. */
export const writtenRow = (expiresAt: Instant, fence: Instant, body: string): string => `${expiresAt} ${fence} ${body}`;

/**
 * Rows of one kind. `T` must survive JSON; what is stored under a kind is written by its own ExpiringRows<T> only.
 * One round trip each; `update` one where what is known is still so, else two for each try.
 */
export function createExpiringRows<T>(deps: RowDeps, kind: string): ExpiringRows<T> {
  const { ask, clock, fence } = deps;
  const { keyOf, leastFence, live, written } = createTexts(deps, kind);
  // The cast holds by the rule above: one kind, one T.
  const parse = (row: string | null) => {
    const found = live(row);
    return found && (JSON.parse(found.rest) as T);
  };
  return {
    put: (key, value, expiresAt) =>
      ask(async (client) => {
        const row = written(expiresAt, fence.notBefore, value);
        await client.set(keyOf(key), row, 'PX', ttlOf(expiresAt, clock.now()));
      }),
    insert: (key, value, expiresAt) =>
      ask(async (client) => {
        const [now, row] = [clock.now(), written(expiresAt, fence.notBefore, value)];
        return (await run(client, 'insertRow', keyOf(key), now, leastFence(), ttlOf(expiresAt, now), row)) === 1;
      }),
    get: (key) => ask(async (client) => parse(await client.get(keyOf(key)))),
    update: createUpdate<T>(deps, kind),
    takeOnce: (key) => ask(async (client) => parse(await client.getdel(keyOf(key)))),
    delete: (key) => ask(async (client) => void (await client.del(keyOf(key)))),
  };
}

/** Compares the stored text itself: no version number that a delete and a new insert could bring back. */
function createUpdate<T>(deps: RowDeps, kind: string): ExpiringRows<T>['update'] {
  const { ask, clock } = deps;
  const { keyOf, leastFence, live, written } = createTexts(deps, kind);

  async function readAndSwap(key: string, change: Parameters<ExpiringRows<T>['update']>[1]) {
    const before = await ask((client) => client.get(keyOf(key)));
    const found = live(before);
    if (before === null || !found) return null;
    // Parsed for `change` alone, so that what it does to the object cannot reach what is compared.
    const after = change(JSON.parse(found.rest) as T);
    if (!after) return { changed: false, value: JSON.parse(found.rest) as T };
    const now = clock.now();
    const ttl = after.expiresAt === undefined ? 'keep' : ttlOf(after.expiresAt, now);
    const row = written(after.expiresAt ?? found.expiresAt ?? now, found.fence, after.value);
    const args = [now, leastFence(), ttl, before, row] as const;
    const swapped = (await ask((client) => run(client, 'swapRow', keyOf(key), ...args))) === 1;
    return swapped ? { changed: true, value: after.value } : 'stale';
  }

  return async (key, change, known) => {
    const guessed = known === undefined ? null : change(known);
    if (guessed && guessed.expiresAt === undefined) {
      const [before, after] = [JSON.stringify(known), JSON.stringify(guessed.value)];
      const swap = (client: Client) => run(client, 'swapRest', keyOf(key), clock.now(), leastFence(), before, after);
      if ((await ask(swap)) === 1) return { changed: true, value: guessed.value };
    }
    for (;;) {
      const result = await readAndSwap(key, change);
      if (result !== 'stale') return result;
    }
  };
}

/** How rows of one kind are named and written. */
function createTexts({ clock, fence, keyPrefix }: RowDeps, kind: string) {
  const leastFence = () => leastRowFence({ fence }, kind);
  return {
    leastFence,
    keyOf: (key: string) => `${keyPrefix}:r:${kind}:${key}`,
    written: (expiresAt: Instant, writtenUnder: Instant, value: unknown) =>
      writtenRow(expiresAt, writtenUnder, JSON.stringify(value)),
    live: (row: string | null) => readRow(row, clock.now(), leastFence()),
  };
}
