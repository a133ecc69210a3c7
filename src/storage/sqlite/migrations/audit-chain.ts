/** One of `avain.db` (durable.ts): audit records get their places in a chain. */
export const auditChainMigration = `
  -- Each record has its place in a chain (audit/chain.ts). Those of before have none, and are let go.
  DROP TABLE audit;
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    account_id TEXT,
    client_id TEXT,
    journey_id TEXT,
    actor TEXT,
    details TEXT NOT NULL,
    sealed TEXT,
    node TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (node, sequence)
  ) STRICT;
  CREATE INDEX audit_of_account ON audit (account_id) WHERE account_id IS NOT NULL;
  CREATE INDEX audit_of_journey ON audit (journey_id) WHERE journey_id IS NOT NULL;
  CREATE INDEX audit_by_time ON audit (at);

  -- The name of this store's own chain; it does not move house, so that what goes on elsewhere is another chain.
  CREATE TABLE audit_node (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    node TEXT NOT NULL
  ) STRICT;

  CREATE TABLE audit_checkpoints (
    kind TEXT NOT NULL,
    node TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (node, sequence, kind)
  ) STRICT;
  `;
