/**
 * What expires, in Redis 7 or Redis Cluster: artifacts, rows with a life, rate limits, and the fence that guards them.
 *
 * Lives here and beside: one file per port; scripts.ts (rows and Lua); fence.ts and revocations.ts (what a Redis that
 * forgot its last moments must not undo); redis-client.ts, redis-connection.ts, redis-settings.ts for opening.
 *
 * Promise: of any number of parallel takers one wins, over all nodes; nothing waits longer than 500 ms; nothing is sent
 * twice; a Redis that is away is an error and never "absent", save for the rate limits, which are stricter meanwhile.
 */
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Secret } from '../../config/secret.ts';
import type { Clock } from '../../deps.ts';
import type { Instant } from '../../ids.ts';
import type { Artifacts, ExpiringRows, RateLimits } from '../expiring-ports.ts';
import { createArtifacts } from './artifacts.ts';
import { createExpiringRows } from './expiring-rows.ts';
import { type FenceStore, openFence } from './fence.ts';
import { createLocalLimits } from './local-limits.ts';
import { createRateLimits, withFallback } from './rate-limits.ts';
import { connectRedis } from './redis-connection.ts';
import { createRedisMoving } from './redis-moving.ts';
import { checkSettings } from './redis-settings.ts';
import type { Revocations } from './revocations.ts';
import type { Waits } from './waits.ts';

export type RedisOptions = {
  readonly url: string | null;
  readonly clusterNodes: readonly string[];
  readonly user: string | null;
  readonly password: Secret | null;
  readonly caFile: string | null;
  readonly keyPrefix: string;
  readonly clock: Clock;
  readonly waits: Waits;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly fences: FenceStore;
  readonly revocations: Revocations;
  /** How long a grant or a refresh token lives at most. */
  readonly longestLifeMs: number;
};

export type RedisStore = {
  readonly artifacts: Artifacts;
  /** What is stored under a kind is of one `T`. */
  readonly rows: <T>(kind: string) => ExpiringRows<T>;
  readonly limits: RateLimits;
  readonly notBefore: Instant;
  readonly raiseNotBefore: (at: Instant) => Promise<void>;
  readonly moving: ReturnType<typeof createRedisMoving>;
  /** A real write: a Redis that is full, or a replica, still answers. */
  ping(): Promise<void>;
  /** Waits for what is under way; further calls throw. */
  close(): Promise<void>;
};

/** Throws with words for an operator when Redis cannot be used within 5 s; warns about settings that endanger promises. */
export async function openRedis(options: RedisOptions): Promise<RedisStore> {
  const { clock, log, waits, keyPrefix, caFile } = options;
  const fence = await openFence(options.fences, clock, log);
  const address = {
    ...options,
    password: options.password?.reveal() ?? null,
    ca: caFile === null ? null : readFileSync(caFile, 'utf8'),
  };
  const connection = await connectRedis({ address, waits, fence, log });
  try {
    checkSettings(await connection.infos(), options.url === null, log);
  } catch (error) {
    await connection.close();
    throw error;
  }
  fence.opened();
  const deps = { ...options, ask: connection.ask, fence };
  const shared = createRateLimits(deps);
  const artifacts = createArtifacts(deps);
  return {
    artifacts,
    moving: createRedisMoving(deps, artifacts),
    rows: (kind) => createExpiringRows(deps, kind),
    limits: withFallback(shared, createLocalLimits(clock)),
    get notBefore() {
      return fence.notBefore;
    },
    raiseNotBefore: fence.raise,
    async ping() {
      await Promise.all([connection.infos(), shared.hit(`ping ${keyPrefix}`, 60_000)]);
    },
    close: connection.close,
  };
}
