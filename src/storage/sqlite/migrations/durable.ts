import { auditChainMigration } from './audit-chain.ts';

/**
 * `avain.db`, what must outlive a power cut. Migration n is the n-th entry and never changes once released; a new one
 * is appended. Times are epoch milliseconds. Documents are JSON written by us; only what is looked up has a column.
 */
export const durableMigrations: readonly string[] = [
  `
  CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;

  CREATE TABLE account_emails (
    fingerprint TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE identity_links (
    fingerprint TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE spent_tokens (
    hash TEXT PRIMARY KEY,
    spent_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE terms_evidence (
    id INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL,
    terms_id TEXT NOT NULL,
    version TEXT NOT NULL,
    locale TEXT NOT NULL,
    text_hash TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    client_id TEXT NOT NULL
  ) STRICT;
  CREATE INDEX terms_evidence_of_account ON terms_evidence (account_id);

  -- AUTOINCREMENT: a number is never given twice, so that a chain over the records can tell a removed one.
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    account_id TEXT,
    client_id TEXT,
    journey_id TEXT,
    details TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_of_account ON audit (account_id) WHERE account_id IS NOT NULL;

  -- due_at: when somebody may take it; moved on by a lease, null when it is settled (delivered or dead).
  CREATE TABLE outbox (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    sealed TEXT,
    expires_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER,
    settled_at INTEGER,
    dead_reason TEXT
  ) STRICT;
  CREATE INDEX outbox_due ON outbox (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX outbox_settled ON outbox (settled_at) WHERE settled_at IS NOT NULL;

  CREATE TABLE roster_entries (
    id INTEGER PRIMARY KEY,
    roster TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    county TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER
  ) STRICT;
  CREATE INDEX roster_entries_of_person ON roster_entries (roster, fingerprint);

  CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY,
    sealed_jwk TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE boot (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    boot_id TEXT,
    running INTEGER NOT NULL,
    not_before INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- An unfinished move of everything into this store: while there is a row, the store serves nobody.
  CREATE TABLE moving (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    state TEXT NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE marks (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- What the files of the configuration say is put in anew by every start; from now on counties have entries too.
  DROP TABLE roster_entries;
  CREATE TABLE roster_entries (
    id TEXT PRIMARY KEY,
    roster TEXT NOT NULL,
    county TEXT NOT NULL,
    source TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER,
    version INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX roster_entries_of_list ON roster_entries (roster, county, id);

  -- In this order, so that one look finds a person whatever their county.
  CREATE TABLE roster_fingerprints (
    roster TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    county TEXT NOT NULL,
    source TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    PRIMARY KEY (roster, fingerprint, county, source)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Rows of before this have no network.
  ALTER TABLE terms_evidence ADD COLUMN network TEXT NOT NULL DEFAULT '';
  CREATE INDEX terms_evidence_by_time ON terms_evidence (accepted_at);
  CREATE TRIGGER terms_evidence_stays BEFORE UPDATE ON terms_evidence
    BEGIN SELECT raise(ABORT, 'evidence is never changed'); END;
  `,
  `
  -- What is kept for a time only is found by its age, and an account's mails by the account.
  CREATE INDEX audit_by_time ON audit (at);
  CREATE INDEX outbox_of_account ON outbox (json_extract(body, '$.accountId'));
  `,
  `
  -- Clients that are no files; a file of the same id wins.
  CREATE TABLE clients (
    id TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    changed_at INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- Clients that are still to be told that a session is over: a row is gone once they were.
  CREATE TABLE logouts (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    body TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX logouts_due ON logouts (due_at);
  `,
  `
  -- Who did it, when not the person: null for them and for Avain itself.
  ALTER TABLE audit ADD COLUMN actor TEXT;
  `,
  `
  -- What happened before anybody was known is found by the journey, and mails by an address that has no account.
  CREATE INDEX audit_of_journey ON audit (journey_id) WHERE journey_id IS NOT NULL;
  CREATE INDEX outbox_of_address ON outbox (json_extract(body, '$.emailFingerprint'));
  `,
  `
  -- Counts by day and client; the batches are the last ones added, so that none counts twice.
  CREATE TABLE statistics (
    day TEXT NOT NULL,
    client_id TEXT NOT NULL,
    counts TEXT NOT NULL,
    batches TEXT NOT NULL,
    PRIMARY KEY (day, client_id)
  ) STRICT;
  `,
  `
  -- One row for all signing keys, so that a change of state is one comparison. Those of before are made anew.
  DROP TABLE signing_keys;
  CREATE TABLE signing_key_set (
    version INTEGER PRIMARY KEY,
    body TEXT NOT NULL
  ) STRICT;
  `,
  auditChainMigration,
  `
  -- The few that wait or were given up, among all that were delivered.
  CREATE INDEX outbox_undelivered ON outbox (number) WHERE (due_at IS NOT NULL OR dead_reason IS NOT NULL);
  `,
];
