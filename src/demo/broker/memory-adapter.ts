import type { Adapter, AdapterPayload } from 'oidc-provider';

type Row = { payload: AdapterPayload; expiresAt: number };

const mostRows = 5_000;

/**
 * oidc-provider's storage in memory, bounded per model: a restart of the simulated broker forgets exchanges under way,
 * as a real broker's customers would notice an outage.
 */
export function createMemoryAdapter(_model: string): Adapter {
  const rows = new Map<string, Row>();
  const idsByUid = new Map<string, string>();
  const find = async (id: string) => {
    const row = rows.get(id);
    return row && row.expiresAt > Date.now() ? row.payload : undefined;
  };
  const forget = (id: string) => {
    const uid = rows.get(id)?.payload.uid;
    // A session that changed its id has taken its uid along.
    if (uid && idsByUid.get(uid) === id) idsByUid.delete(uid);
    rows.delete(id);
  };
  return {
    find,
    async upsert(id, payload, expiresIn = 0) {
      const [oldest] = rows.keys();
      if (oldest !== undefined && rows.size >= mostRows) forget(oldest);
      rows.set(id, { payload, expiresAt: Date.now() + expiresIn * 1000 });
      if (payload.uid) idsByUid.set(payload.uid, id);
    },
    findByUid: async (uid) => find(idsByUid.get(uid) ?? ''),
    // The device flow is not offered.
    findByUserCode: async () => undefined,
    async consume(id) {
      const row = rows.get(id);
      if (row) row.payload.consumed = Math.floor(Date.now() / 1000);
    },
    async destroy(id) {
      forget(id);
    },
    async revokeByGrantId(grantId) {
      for (const [id, row] of rows) if (row.payload.grantId === grantId) forget(id);
    },
  };
}
