import { z } from 'zod';
import { type Operation, OperationRefused, type Operations, type Print } from '../control/operation.ts';
import type { Deps } from '../deps.ts';
import { type ImportArguments, importArguments } from './import-arguments.ts';
import { importStatus } from './import-status.ts';
import { importUsers } from './import-users.ts';
import { openUsers, type UserFile } from './read-users.ts';
import { noReport, openReport } from './report.ts';
import { emptyTally, type RowResult, type Tally, withResult } from './tally.ts';

/** The last import of a source, kept in the store; and, with the count of now, what a status is. */
const lastRun = z.object({
  startedAt: z.number(),
  /** null: it goes on, or was cut off. */
  finishedAt: z.number().nullable(),
  rows: z.number(),
  outcomes: z.record(z.string(), z.number()),
});

export type LastRun = z.infer<typeof lastRun>;

/** What an import tells while it works: JSON, one a line. */
export type ImportEvent =
  | { readonly progress: { readonly bytes: number; readonly bytesRead: number; readonly rows: number } }
  | { readonly row: Pick<RowResult, 'line' | 'outcome' | 'notes'> }
  | { readonly done: Tally & { readonly seconds: number } };

const progressMs = 500;
const markMs = 10_000;
/** Rows that are told one by one to whoever asked; the report file has them all. */
const mostRowsTold = 1_000;
const incomplete = 2;

const markName = (source: string): string => `import.${source}`;

/** Its argument: ImportArguments as JSON. Exit 0: every row is in (or would be); 2: some could not be taken. */
const importUsersOperation: Operation = async (deps, [argument = ''], print) => {
  const options = importArguments.parse(JSON.parse(argument));
  const file = await openUsers(options.file, options.format);
  try {
    const report = options.report === null ? noReport : await openReport(options.report);
    try {
      return await runImport(deps, file, report, options, print);
    } finally {
      await report.close();
    }
  } finally {
    await file.close();
  }
};

type Told = { tally: Tally; rowsTold: number };

async function runImport(
  deps: Deps,
  file: UserFile,
  report: typeof noReport,
  options: ImportArguments,
  print: Print,
): Promise<number> {
  const tell = (event: ImportEvent): void => print(JSON.stringify(event));
  const startedAt = deps.clock.now();
  const began = performance.now();
  const told: Told = { tally: emptyTally, rowsTold: 0 };
  const mark = async (finishedAt: number | null): Promise<void> => {
    if (options.dryRun) return;
    const { rows, outcomes } = told.tally;
    await deps.storage.marks.put(markName(options.source), JSON.stringify({ startedAt, finishedAt, rows, outcomes }));
  };
  const tellProgress = every(progressMs, () =>
    tell({ progress: { bytes: file.bytes, bytesRead: file.bytesRead(), rows: told.tally.rows } }),
  );
  const keepMark = every(markMs, () => mark(null));
  await mark(null);
  for await (const results of importUsers(deps, file.rows, options)) {
    await report.add(results);
    for (const result of results) tellResult(told, result, tell);
    await tellProgress();
    await keepMark();
  }
  await mark(deps.clock.now());
  tell({ done: { ...told.tally, seconds: Math.round(performance.now() - began) / 1_000 } });
  const { refused, 'invalid-address': invalid } = told.tally.outcomes;
  return refused + invalid > 0 ? incomplete : 0;
}

/** Everything but the plainly accepted and the known is told, up to a bound. */
function tellResult(told: Told, result: RowResult, tell: (event: ImportEvent) => void): void {
  told.tally = withResult(told.tally, result);
  const { line, outcome, notes } = result;
  if (outcome === 'accepted' || outcome === 'already-there' || told.rowsTold >= mostRowsTold) return;
  told.rowsTold += 1;
  tell({ row: { line, outcome, notes } });
}

/** Does it at most so often, however often it is called. */
function every(ms: number, work: () => void | Promise<void>): () => Promise<void> {
  let lastAt = performance.now();
  return async () => {
    if (performance.now() - lastAt < ms) return;
    lastAt = performance.now();
    await work();
  };
}

/** Its argument: the name of the source. Prints one line of JSON: `source`, `lastRun` and the counts of ImportStatus. */
const importStatusOperation: Operation = async (deps, [source = ''], print) => {
  const mark = await deps.storage.marks.get(markName(source));
  const status = await importStatus(deps, source);
  if (mark === null && status.accounts === 0) throw new OperationRefused('Nothing was imported from that source.');
  const run = mark === null ? null : lastRun.parse(JSON.parse(mark));
  print(JSON.stringify({ source, lastRun: run, ...status }));
  return 0;
};

export const importOperations: Operations = {
  'import.users': importUsersOperation,
  'import.status': importStatusOperation,
};
