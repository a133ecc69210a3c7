import type { Adapter, AdapterPayload } from 'oidc-provider';

type Row = { payload: AdapterPayload; expiresAt: number };

const mostRows = 20_000;

/**
 * oidc-provider's storage in memory: a restart of the simulated broker forgets exchanges under way, as a real broker's
 * customers would notice an outage. Returns a factory; each has its own rows.
 */
export function createMemoryAdapter(): (model: string) => Adapter {
  const rows = new Map<string, Row>();
  return (model) => {
    const keyOf = (id: string) => `${model}:${id}`;
    const find = (matches: (payload: AdapterPayload) => boolean) =>
      [...rows.entries()].find(([key, row]) => key.startsWith(`${model}:`) && matches(row.payload))?.[1].payload;
    return {
      async upsert(id, payload, expiresIn = 0) {
        for (const key of rows.keys()) if (rows.size >= mostRows) rows.delete(key);
        rows.set(keyOf(id), { payload, expiresAt: Date.now() + expiresIn * 1000 });
      },
      async find(id) {
        const row = rows.get(keyOf(id));
        return row && row.expiresAt > Date.now() ? row.payload : undefined;
      },
      async findByUid(uid) {
        return find((payload) => payload.uid === uid);
      },
      async findByUserCode(userCode) {
        return find((payload) => payload.userCode === userCode);
      },
      async consume(id) {
        const row = rows.get(keyOf(id));
        if (row) row.payload.consumed = Math.floor(Date.now() / 1000);
      },
      async destroy(id) {
        rows.delete(keyOf(id));
      },
      async revokeByGrantId(grantId) {
        for (const [key, row] of rows) if (row.payload.grantId === grantId) rows.delete(key);
      },
    };
  };
}
