/** All that the service has stored, read from its files while it runs: to see that something changed nothing. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Trail } from '../../src/storage/rows.ts';
import type { World } from './start-world.ts';

// Counting is what limits are for, and the day's figures; a mail's row also changes while it is delivered; and the chain
// of the audit log is sealed now and then, whatever comes.
const leftOut = new Set(['rate_limits', 'statistics', 'audit_checkpoints', 'sqlite_sequence', 'boot']);
const columns: Readonly<Record<string, string>> = { outbox: 'number, id, body' };

function tablesOf(database: DatabaseSync): string[] {
  const rows = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
  return rows.map(({ name }) => String(name)).filter((name) => !leftOut.has(name));
}

/** What the workers write by themselves at some moment: the retention's diary, the link of a notice as it is mailed, keys that take turns. */
const bySchedule = [
  /^marks .*"name":"retention"/,
  /^rows .*\\"purpose\\":\\"not-me\\"/,
  /^rows .*"kind":"key-nodes"/,
  /^signing_key_set /,
  /^audit .*"event":"signing-key\./,
];

/** What is noted of a request that came to nothing: a shown reference, and that a mail's link was tried. */
const notes = new Set<Trail[number]['what']>(['error-shown', 'link-opened']);

/**
 * A trail without such notes; null where it tells of nothing else. They stand beside the request, as its line in the log
 * does, and change nothing for anybody; the same thing is noted once, and how many error pages are has a limit of its own
 * (test/flows/hostile-fuzz.test.ts). All else that a trail tells counts as written.
 */
function withoutNotes(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | null {
  if (row['kind'] !== 'trail') return row;
  // A cast: the rows of that kind are trails (src/storage/row-kinds.ts).
  const trail = JSON.parse(String(row['body'])) as Trail;
  const others = trail.filter(({ what }) => !notes.has(what));
  // Every entry puts the end off: the row is told apart by what else it tells.
  const { expires_at: _, ...rest } = row;
  return others.length === 0 ? null : { ...rest, body: JSON.stringify(others) };
}

/** One line a row, sorted; two answers are equal when nothing was written in between. */
export function storedRows(world: World): readonly string[] {
  const lines: string[] = [];
  for (const file of ['avain.db', 'expiring.db']) {
    const database = new DatabaseSync(join(world.dataDir, file), { readOnly: true });
    try {
      for (const table of tablesOf(database)) {
        const rows = database.prepare(`SELECT ${columns[table] ?? '*'} FROM ${table}`).all();
        for (const row of rows) {
          const told = table === 'rows' ? withoutNotes(row) : row;
          if (told) lines.push(`${table} ${JSON.stringify(told)}`);
        }
      }
    } finally {
      database.close();
    }
  }
  return lines.filter((line) => !bySchedule.some((row) => row.test(line))).sort();
}

/** The sessions as they are stored now; what is returned stores them again, as a request does that was under way meanwhile. */
export function rememberSessions(world: World): () => void {
  const file = join(world.dataDir, 'expiring.db');
  const reading = new DatabaseSync(file, { readOnly: true });
  const rows = reading.prepare("SELECT * FROM artifacts WHERE model = 'Session'").all();
  reading.close();
  return () => {
    const writing = new DatabaseSync(file, { timeout: 5_000 });
    for (const { number: _number, ...row } of rows) {
      const names = Object.keys(row);
      const places = names.map(() => '?').join(', ');
      writing
        .prepare(`INSERT OR IGNORE INTO artifacts (${names.join(', ')}) VALUES (${places})`)
        .run(...Object.values(row));
    }
    writing.close();
  };
}
