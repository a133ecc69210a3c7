import { Cluster, type Redis } from 'ioredis';
import type { Instant } from '../../ids.ts';
import type { Artifacts } from '../expiring-ports.ts';
import type { MovedPage, MovedRow, MovedTable, MovedValues } from '../moving.ts';
import { type ArtifactDeps, createNaming, judgedArtifact } from './artifact-reads.ts';
import type { ArtifactRow } from './artifact-row.ts';
import { leastRowFence, writtenRow } from './expiring-rows.ts';
import { type Client, readRow, run, ttlOf } from './scripts.ts';

export type ExpiringTable = Extract<MovedTable, 'artifacts' | 'rows' | 'rateLimits'>;

const letters = { artifacts: 'a', rows: 'r', rateLimits: 'l' } as const;
// A cast: the keys of what stands above.
const tables = Object.keys(letters) as ExpiringTable[];
const scanCount = 500;

/** Redis' part in moving house. What a fence or a revocation refuses is not taken along: elsewhere nobody would refuse it. */
export function createRedisMoving(deps: ArtifactDeps, artifacts: Artifacts) {
  const walk = createWalk(deps);
  const write = createWrite(deps, artifacts);
  // SCAN may tell a key twice; a walk that was broken off begins with an empty memory, and writing twice writes once.
  let walked = new Set<string>();

  async function read<T extends ExpiringTable>(
    table: T,
    from: string | null,
    asOf: Instant,
    within = '',
  ): Promise<MovedPage<T>> {
    if (from === null) walked = new Set();
    const { found, next } = await walk(table, from, within);
    const rows: MovedRow<T>[] = [];
    for (const [name, stored] of found) {
      if (walked.has(name)) continue;
      walked.add(name);
      const value = await movedValue(deps, table, name, stored, asOf);
      // A cast: the value is of the table that was asked for.
      if (value !== null) rows.push({ position: name, value: value as MovedValues[T] });
    }
    return { rows, next };
  }

  return {
    /** `within`: only those whose name begins so. */
    read,
    async count(table: ExpiringTable, asOf: Instant): Promise<number> {
      let [rows, next] = [0, null as string | null];
      do {
        const page: MovedPage = await read(table, next, asOf);
        rows += page.rows.length;
        next = page.next;
      } while (next !== null);
      return rows;
    },
    isEmpty: () => isEmpty(walk),
    async write<T extends ExpiringTable>(table: T, rows: readonly MovedRow<T>[]): Promise<void> {
      await Promise.all(rows.map(({ value }) => write(table, value)));
    },
  };
}

async function isEmpty(walk: Walk): Promise<boolean> {
  for (const table of tables) {
    let next: string | null = null;
    do {
      const part: Stretch = await walk(table, next);
      if (part.found.length > 0) return false;
      next = part.next;
    } while (next !== null);
  }
  return true;
}

type Walk = ReturnType<typeof createWalk>;

type Stretch = {
  readonly found: readonly (readonly [name: string, stored: string | null])[];
  readonly next: string | null;
};

const prefixOf = (keyPrefix: string, table: ExpiringTable): string => `${keyPrefix}:${letters[table]}:`;

/** One stretch of the way through all primaries; where it goes on is `<which primary>:<its own cursor>`. */
function createWalk({ ask, keyPrefix }: ArtifactDeps) {
  return (table: ExpiringTable, from: string | null, within = ''): Promise<Stretch> =>
    ask(async (client) => {
      const [at, cursor = '0'] = (from ?? '0:0').split(':');
      const nodes = primaries(client);
      const node = nodes[Number(at)];
      if (!node) return { found: [], next: null };
      const prefix = prefixOf(keyPrefix, table);
      const [next, keys] = await node.scan(cursor, 'MATCH', `${prefix}${within}*`, 'COUNT', scanCount);
      // What answering to "are you ready" has counted is nobody's.
      const own = keys.filter((key) => !key.startsWith(`${prefix}ping `));
      const stored = await Promise.all(own.map((key) => node.get(key)));
      const found = own.map((key, index) => [key.slice(prefix.length), stored[index] ?? null] as const);
      if (next !== '0') return { found, next: `${at}:${next}` };
      return { found, next: Number(at) + 1 < nodes.length ? `${Number(at) + 1}:0` : null };
    });
}

const primaries = (client: Client): readonly Redis[] => (client instanceof Cluster ? client.nodes('master') : [client]);

async function movedValue(
  deps: ArtifactDeps,
  table: ExpiringTable,
  name: string,
  stored: string | null,
  asOf: Instant,
) {
  const colon = name.indexOf(':');
  const [first, second] = [name.slice(0, colon), name.slice(colon + 1)];
  if (table === 'artifacts') {
    const row = await judgedArtifact(deps, first, second, stored, asOf);
    return row && movedArtifact(row, first, second);
  }
  if (table === 'rows') {
    const row = readRow(stored, asOf, leastRowFence(deps, first));
    return row && { kind: first, key: second, body: row.rest, expiresAt: row.expiresAt ?? 0 };
  }
  const [count = 0, resetsAt = 0] = (stored ?? '').split(' ').map(Number);
  return resetsAt > asOf ? { key: name, count, resetsAt } : null;
}

function movedArtifact(row: ArtifactRow, model: string, id: string): MovedValues['artifacts'] {
  const { payload, consumedAt, expiresAt } = row;
  const present = (key: string) => (key === '' ? null : key);
  const index = {
    grantId: present(row.grantId),
    uid: present(row.uid),
    userCode: present(row.userCode),
    accountId: present(row.accountId),
    clientId: present(row.clientId),
  };
  return { model, id, payload, index, consumedAt, expiresAt };
}

function createWrite(deps: ArtifactDeps, artifacts: Artifacts) {
  const { ask, clock, keyPrefix, fence } = deps;
  const { rowKey } = createNaming(deps);
  const set = async (table: ExpiringTable, name: string, row: string, expiresAt: Instant): Promise<void> => {
    const ttl = ttlOf(expiresAt, clock.now());
    await ask((client) => client.set(`${prefixOf(keyPrefix, table)}${name}`, row, 'PX', ttl));
  };
  const writers = {
    async artifacts({ model, id, payload, index, consumedAt, expiresAt }: MovedValues['artifacts']): Promise<void> {
      const present = Object.fromEntries(Object.entries(index).filter(([, key]) => key !== null));
      await artifacts.upsert(model, id, payload, present, expiresAt);
      // Consumed when it was, not now; a second time changes nothing.
      if (consumedAt !== null) await ask((client) => run(client, 'consumeArtifact', rowKey(model, id), consumedAt, 0));
    },
    rows: ({ kind, key, body, expiresAt }: MovedValues['rows']) =>
      set('rows', `${kind}:${key}`, writtenRow(expiresAt, fence.notBefore, body), expiresAt),
    rateLimits: ({ key, count, resetsAt }: MovedValues['rateLimits']) =>
      set('rateLimits', key, `${count} ${resetsAt}`, resetsAt),
  };
  return <T extends ExpiringTable>(table: T, value: MovedValues[T]): Promise<void> =>
    // A cast: the writer of a table takes that table's values.
    (writers[table] as unknown as (of: MovedValues[T]) => Promise<void>)(value);
}
