/**
 * `expiring.db`, everything with a life. Rules as in durable.ts.
 *
 * Tables with a row number, and no index on the expiry: measured, a random key into a WITHOUT ROWID table with bodies
 * of this size costs 1.5 times the processor time, and an expiry index a fifth of every write. The sweeper walks the
 * row numbers instead (sweeper.ts); reads compare the expiry themselves.
 */
export const expiringMigrations: readonly string[] = [
  `
  CREATE TABLE artifacts (
    number INTEGER PRIMARY KEY,
    model TEXT NOT NULL,
    id TEXT NOT NULL,
    grant_id TEXT,
    uid TEXT,
    user_code TEXT,
    account_id TEXT,
    client_id TEXT,
    consumed_at INTEGER,
    expires_at INTEGER,
    payload TEXT NOT NULL,
    UNIQUE (model, id)
  ) STRICT;
  CREATE INDEX artifacts_of_grant ON artifacts (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX artifacts_of_account ON artifacts (account_id) WHERE account_id IS NOT NULL;
  CREATE UNIQUE INDEX artifacts_by_uid ON artifacts (uid, model) WHERE uid IS NOT NULL;
  CREATE UNIQUE INDEX artifacts_by_user_code ON artifacts (user_code, model) WHERE user_code IS NOT NULL;

  CREATE TABLE rows (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (kind, key)
  ) STRICT;

  CREATE TABLE rate_limits (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    count INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  `,
];
