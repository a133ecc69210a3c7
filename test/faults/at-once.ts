/** Many requests at the same moment over as many sockets, and what they left behind in the two database files. */
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { World } from '../support/start-world.ts';
import { type Answer, formsOf, type Visitor } from '../support/visitor.ts';

export const many = 20;

/** Every answer of `count` requests that are all under way before the first is answered. */
export function atOnce<T>(count: number, request: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => request(index)));
}

/** Posts a form of the page as `visitor` would, but follows nothing and remembers no cookie. */
export function postForm(visitor: Visitor, page: Answer, fields: Readonly<Record<string, string>>): Promise<Response> {
  const [form] = formsOf(page);
  if (!form) throw new Error(`no form at ${page.url.pathname} (${page.status}):\n${page.text.slice(0, 2000)}`);
  const url = new URL(form.action, page.url);
  return fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: cookieHeader(visitor, url) },
    body: new URLSearchParams({ ...form.fields, ...fields }),
  });
}

/** Asks for a page as `visitor` would, but follows nothing and remembers no cookie. */
export function getOnly(visitor: Visitor, url: string | URL): Promise<Response> {
  return fetch(url, { redirect: 'manual', headers: { cookie: cookieHeader(visitor, url) } });
}

function cookieHeader(visitor: Visitor, url: string | URL): string {
  return Object.entries(visitor.cookiesFor(url))
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
}

/** How many answers had each status. */
export function statuses(answers: readonly Response[]): Record<string, number> {
  return tally(answers.map(({ status }) => String(status)));
}

export function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

export type Row = Readonly<Record<string, string | number | null>>;

/** Reads one of the two files from outside, as an auditor would. */
export function rowsIn(
  dataDir: string,
  file: 'avain.db' | 'expiring.db',
  sql: string,
  ...values: SQLInputValue[]
): Row[] {
  const db = new DatabaseSync(join(dataDir, file), { readOnly: true });
  try {
    // A cast: our columns are text and numbers only.
    return db.prepare(sql).all(...values) as Row[];
  } finally {
    db.close();
  }
}

/** The one number that a counting statement gives. */
export function countIn(
  dataDir: string,
  file: 'avain.db' | 'expiring.db',
  sql: string,
  ...values: SQLInputValue[]
): number {
  return Number(Object.values(rowsIn(dataDir, file, sql, ...values)[0] ?? {})[0]);
}

export const accountsOf = ({ dataDir }: World, email: string): number =>
  countIn(dataDir, 'avain.db', "SELECT count(*) FROM accounts WHERE body ->> '$.email' = ?", email);

/** A function that tells which audit records were written since, by event. */
export function auditSince({ dataDir }: World): () => Record<string, number> {
  const last = countIn(dataDir, 'avain.db', 'SELECT coalesce(max(id), 0) FROM audit');
  return () =>
    tally(
      rowsIn(dataDir, 'avain.db', 'SELECT event FROM audit WHERE id > ? ORDER BY event', last).map(({ event }) =>
        String(event),
      ),
    );
}

const checkCharacters = '0123456789ABCDEFHJKLMNPRSTUVWXY';
let persons = 0;

/** An identity code that nobody has and no other test of this file used. */
export function newPerson(): string {
  persons += 1;
  const born = new Date(Date.UTC(1950, 0, 1 + Math.floor(persons / 90)));
  const digits = born.toISOString().slice(2, 10).split('-').reverse().join('');
  const number = String(910 + (persons % 90));
  return `${digits}-${number}${checkCharacters[Number(digits + number) % 31]}`;
}
