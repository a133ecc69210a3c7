/** `avain retention`, where the store is. Prints one line of JSON; the command makes a table of it. */
import type { Operation, Operations } from '../control/operation.ts';
import { lastRun, recordRun } from './last-run.ts';
import { applyRetention } from './retention.ts';
import { retentionReport } from './retention-report.ts';

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** Its argument: `apply` or nothing. */
const retention: Operation = async (deps, [what], print) => {
  const applied = what === 'apply' ? await recordRun(deps, () => applyRetention(deps)) : null;
  const [rows, last] = [await retentionReport(deps), await lastRun(deps)];
  const run = last && { startedAt: iso(last.startedAt), endedAt: iso(last.endedAt), done: last.done };
  const told = rows.map(({ oldestAt, ...row }) => ({ ...row, oldestAt: iso(oldestAt) }));
  print(JSON.stringify({ rows: told, applied, lastRun: run, everyHours: deps.config.retention.everyHours }));
  return 0;
};

export const retentionOperations: Operations = { retention };
