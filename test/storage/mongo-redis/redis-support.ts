/** What the Redis half needs from its sisters, in memory, so that it can be proved alone. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fence, FenceStore } from '../../../src/storage/mongo-redis/fence.ts';
import { openRedis, type RedisOptions, type RedisStore } from '../../../src/storage/mongo-redis/redis.ts';
import type { Revocations } from '../../../src/storage/mongo-redis/revocations.ts';
import { createWaits } from '../../../src/storage/mongo-redis/waits.ts';
import type { Storage } from '../../../src/storage/ports.ts';
import { allRows } from '../../../src/storage/row-kinds.ts';
import { openTestStorage, testClock } from '../../support/storage.ts';

/** One document, as all nodes share it. */
export function memoryFences(): FenceStore & { current: Fence | null } {
  return {
    current: null,
    async load() {
      return this.current;
    },
    async replace(before, after) {
      if ((before?.version ?? null) !== (this.current?.version ?? null)) return false;
      this.current = after;
      return true;
    },
  };
}

export function memoryRevocations(): Revocations & { readonly kept: Map<string, number>; finds: number } {
  const kept = new Map<string, number>();
  return {
    kept,
    finds: 0,
    async add(keys, at) {
      for (const key of keys) kept.set(key, Math.max(at, kept.get(key) ?? 0));
    },
    async find(keys) {
      this.finds += 1;
      return keys.flatMap((key) => (kept.has(key) ? [{ key, at: kept.get(key) ?? 0 }] : []));
    },
  };
}

export type Told = { readonly level: 'info' | 'warn'; readonly fields: unknown; readonly message: string };

export function listeningLog(): RedisOptions['log'] & { readonly told: Told[] } {
  const told: Told[] = [];
  const listen = (level: Told['level']) => (fields: unknown, message?: unknown) =>
    void told.push({ level, fields, message: String(message ?? fields) });
  return { told, info: listen('info'), warn: listen('warn') };
}

export function redisOptions(address: { url: string } | { clusterNodes: readonly string[] }): RedisOptions {
  return {
    ...{ url: null, clusterNodes: [], user: null, password: null, caFile: null, keyPrefix: 'avain' },
    ...address,
    clock: testClock(),
    waits: createWaits(2_000),
    log: listeningLog(),
    fences: memoryFences(),
    revocations: memoryRevocations(),
    longestLifeMs: 100 * 86_400_000,
  };
}

/** A whole store of which Redis is the expiring half. */
export async function composedStorage(options: RedisOptions): Promise<{ storage: Storage; redis: RedisStore }> {
  const redis = await openRedis(options);
  const durable = await openTestStorage(options.clock);
  const storage: Storage = {
    ...durable,
    artifacts: redis.artifacts,
    ...allRows(redis.rows),
    limits: redis.limits,
    get notBefore() {
      return redis.notBefore;
    },
    bounded: options.waits.bounded,
    ping: redis.ping,
    async close() {
      await redis.close();
      await durable.close();
    },
  };
  return { storage, redis };
}

/** Milliseconds until `attempt` succeeds; it is asked again every 20 ms, for 10 s at most. */
export async function untilWorks(attempt: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (;;) {
    try {
      await attempt();
      return performance.now() - start;
    } catch (error) {
      if (performance.now() - start > 10_000) throw error;
      await sleep(20);
    }
  }
}
