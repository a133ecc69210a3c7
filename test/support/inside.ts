/** What the service stored, read from its durable file while it runs: for what no page and no token shows. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Account } from '../../src/accounts/account.ts';
import type { World } from './start-world.ts';

type Row = Readonly<Record<string, string | number | null>>;

function rows(world: World, sql: string, ...values: string[]): readonly Row[] {
  const database = new DatabaseSync(join(world.dataDir, 'avain.db'), { readOnly: true });
  try {
    // A cast: no blobs and no big integers are selected here.
    return database.prepare(sql).all(...values) as Row[];
  } finally {
    database.close();
  }
}

/** The account of an address as it was typed; null = none. */
export function storedAccount(world: World, email: string): Account | null {
  const found = rows(world, `SELECT body FROM accounts WHERE json_extract(body, '$.email') = ?`, email)[0];
  // A cast: only the product writes this column.
  return found ? (JSON.parse(String(found.body)) as Account) : null;
}

/** Names of the account's audit events, oldest first. */
export function auditOf(world: World, email: string): readonly string[] {
  const id = storedAccount(world, email)?.id ?? '';
  return rows(world, 'SELECT event FROM audit WHERE account_id = ? ORDER BY id', id).map(({ event }) => String(event));
}

/** The details of the account's audit records of one event, oldest first. */
export function auditDetailsOf(world: World, email: string, event: string): readonly Record<string, unknown>[] {
  const id = storedAccount(world, email)?.id ?? '';
  const found = rows(world, 'SELECT details FROM audit WHERE account_id = ? AND event = ? ORDER BY id', id, event);
  return found.map(({ details }) => JSON.parse(String(details)));
}

export function evidenceOf(world: World, email: string): readonly Row[] {
  const id = storedAccount(world, email)?.id ?? '';
  return rows(world, 'SELECT * FROM terms_evidence WHERE account_id = ? ORDER BY id', id);
}

/** As an administrator would, with a tool that is not there yet. */
export function barAccount(world: World, email: string, barredAt: number | null): void {
  const database = new DatabaseSync(join(world.dataDir, 'avain.db'), { timeout: 5_000 });
  try {
    const change = `json_set(body, '$.barredAt', ?, '$.version', version + 1)`;
    const sql = `UPDATE accounts SET body = ${change}, version = version + 1 WHERE json_extract(body, '$.email') = ?`;
    if (database.prepare(sql).run(barredAt, email).changes !== 1) throw new Error('no such account');
  } finally {
    database.close();
  }
}

/** Fields of an account as something outside these stories (an import) would have left them. */
export function changeAccount(world: World, email: string, fields: Partial<Account>): void {
  const database = new DatabaseSync(join(world.dataDir, 'avain.db'), { timeout: 5_000 });
  try {
    const sets = Object.keys(fields).map((name) => `'$.${name}', json(?)`);
    const change = `json_set(body, ${sets.join(', ')}, '$.version', version + 1)`;
    const sql = `UPDATE accounts SET body = ${change}, version = version + 1 WHERE json_extract(body, '$.email') = ?`;
    if (database.prepare(sql).run(...Object.values(fields).map((value) => JSON.stringify(value)), email).changes !== 1)
      throw new Error('no such account');
  } finally {
    database.close();
  }
}
