import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../deps.ts';
import type { Artifacts, StoredArtifact } from '../expiring-ports.ts';
import { prepareAll, prepareOne, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

/**
 * oidc-provider's models. Every look-up compares the expiry itself: the library would accept a session up to 15 s past
 * its end (decisions.md §2).
 */
export function createArtifacts(db: DatabaseSync, transactions: Transactions, clock: Clock): Artifacts {
  const { read, write } = transactions;
  const sql = prepareStatements(db);
  const found = (row: StoredArtifact | undefined) => (row ? { ...row } : null);
  return {
    upsert: createUpsert(db, transactions, clock),
    insert: (model, id, payload, expiresAt) =>
      write(() => sql.insert(model, id, payload, expiresAt, clock.now()) === 1),
    replace: (model, id, payload) => write(() => sql.replace(payload, model, id, clock.now()) === 1),
    find: (model, id) => read(() => found(sql.find(model, id, clock.now()))),
    findByUid: (model, uid) => read(() => found(sql.findByUid(model, uid, clock.now()))),
    findByUserCode: (model, userCode) => read(() => found(sql.findByUserCode(model, userCode, clock.now()))),
    consume: (model, id) => {
      const now = clock.now();
      return write(() => sql.consume(now, model, id, now) === 1);
    },
    destroy: (model, id) => write(() => void sql.destroy(model, id)),
    destroyByUid: (model, uid) => write(() => void sql.destroyByUid(model, uid)),
    revokeByGrant: (model, grantId) => write(() => void sql.revokeByGrant(model, grantId)),
    ofAccount: (model, accountId) =>
      read(() => sql.ofAccount(model, accountId, clock.now()).map(({ payload }) => payload)),
    revokeByAccount: (accountId, spared) =>
      write(() => void sql.revokeByAccount(accountId, spared?.model ?? null, spared?.uid ?? null)),
  };
}

function createUpsert(db: DatabaseSync, { writeTogether }: Transactions, clock: Clock): Artifacts['upsert'] {
  // What has no key to move is mostly new: tokens and codes take one statement.
  const insertNew = prepareRun(
    db,
    `INSERT INTO artifacts (model, id, grant_id, account_id, client_id, expires_at, payload)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  // Other upserts change a live row whose keys stay: setting those columns again would rewrite their indexes (measured:
  // twice the time), so this case too has its own statement.
  const refresh = prepareRun(
    db,
    `UPDATE artifacts SET payload = ?, expires_at = ? WHERE model = ? AND id = ? AND grant_id IS ? AND uid IS ?
     AND user_code IS ? AND account_id IS ? AND client_id IS ? AND (expires_at IS NULL OR expires_at > ?)`,
  );
  const replace = prepareRun(
    db,
    `INSERT INTO artifacts (model, id, grant_id, uid, user_code, account_id, client_id, expires_at, payload)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
     ON CONFLICT (model, id) DO UPDATE SET grant_id = ?3, uid = ?4, user_code = ?5, account_id = ?6, client_id = ?7,
       consumed_at = CASE WHEN expires_at <= ?10 THEN NULL ELSE consumed_at END, expires_at = ?8, payload = ?9`,
  );
  // A uid or user code belongs to the row written last: it moves when the session gets a new id.
  const freeUid = prepareRun(db, 'UPDATE artifacts SET uid = NULL WHERE uid = ? AND model = ? AND id <> ?');
  const freeUserCode = prepareRun(
    db,
    'UPDATE artifacts SET user_code = NULL WHERE user_code = ? AND model = ? AND id <> ?',
  );

  return (model, id, payload, index, expiresAt) =>
    writeTogether(() => {
      const { grantId = null, uid = null, userCode = null, accountId = null, clientId = null } = index;
      const now = clock.now();
      const movesNothing = uid === null && userCode === null;
      if (movesNothing && insertNew(model, id, grantId, accountId, clientId, expiresAt, payload) === 1) return;
      if (refresh(payload, expiresAt, model, id, grantId, uid, userCode, accountId, clientId, now) === 1) return;
      if (uid !== null) freeUid(uid, model, id);
      if (userCode !== null) freeUserCode(userCode, model, id);
      replace(model, id, grantId, uid, userCode, accountId, clientId, expiresAt, payload, now);
    });
}

function prepareStatements(db: DatabaseSync) {
  const live = '(expires_at IS NULL OR expires_at > ?)';
  const findBy = (column: string) =>
    prepareOne<StoredArtifact>(
      db,
      `SELECT payload, consumed_at AS consumedAt FROM artifacts WHERE model = ? AND ${column} = ? AND ${live}`,
    );
  return {
    insert: prepareRun(
      db,
      `INSERT INTO artifacts (model, id, payload, expires_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at,
         consumed_at = NULL WHERE artifacts.expires_at <= ?`,
    ),
    replace: prepareRun(db, `UPDATE artifacts SET payload = ? WHERE model = ? AND id = ? AND ${live}`),
    find: findBy('id'),
    findByUid: findBy('uid'),
    findByUserCode: findBy('user_code'),
    // The one step that decides who consumed it; every check before it is advisory.
    consume: prepareRun(
      db,
      `UPDATE artifacts SET consumed_at = ? WHERE model = ? AND id = ? AND consumed_at IS NULL AND ${live}`,
    ),
    destroy: prepareRun(db, 'DELETE FROM artifacts WHERE model = ? AND id = ?'),
    destroyByUid: prepareRun(db, 'DELETE FROM artifacts WHERE model = ? AND uid = ?'),
    revokeByGrant: prepareRun(db, 'DELETE FROM artifacts WHERE model = ? AND grant_id = ?'),
    ofAccount: prepareAll<{ payload: string }>(
      db,
      `SELECT payload FROM artifacts WHERE model = ? AND account_id = ? AND ${live} ORDER BY number`,
    ),
    // Of nulls the comparison is no answer, and nothing is spared.
    revokeByAccount: prepareRun(
      db,
      'DELETE FROM artifacts WHERE account_id = ? AND coalesce(model = ? AND uid = ?, 0) = 0',
    ),
  };
}
