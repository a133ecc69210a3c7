import type { DatabaseSync } from 'node:sqlite';
import type { SigningKeys } from '../ports.ts';
import { prepareAll, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

type KeyRow = { readonly kid: string; readonly sealedJwk: string; readonly createdAt: number };

export function createSigningKeys(db: DatabaseSync, { read, write }: Transactions): SigningKeys {
  const all = prepareAll<KeyRow>(
    db,
    'SELECT kid, sealed_jwk AS sealedJwk, created_at AS createdAt FROM signing_keys ORDER BY created_at, kid',
  );
  const insertFirst = prepareRun(
    db,
    'INSERT INTO signing_keys (kid, sealed_jwk, created_at) SELECT ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM signing_keys)',
  );
  const reseal = prepareRun(db, 'UPDATE signing_keys SET sealed_jwk = ? WHERE kid = ? AND sealed_jwk = ?');
  return {
    all: () => read(() => all().map((row) => ({ ...row }))),
    insertFirst: ({ kid, sealedJwk, createdAt }) => write(() => void insertFirst(kid, sealedJwk, createdAt)),
    reseal: (kid, from, to) => write(() => reseal(to, kid, from) === 1),
  };
}
