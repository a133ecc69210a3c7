/** What an import tells, as an operator reads it: a bar on a terminal, lines elsewhere, or one JSON object at the end. */
import { SingleBar } from 'cli-progress';
import type { Print } from '../control/operation.ts';
import type { ImportArguments } from '../migration/import-arguments.ts';
import type { ImportStatus } from '../migration/import-status.ts';
import type { ImportEvent, LastRun } from '../migration/operations.ts';

type Row = Extract<ImportEvent, { row: unknown }>['row'];
type Done = Extract<ImportEvent, { done: unknown }>['done'];

export type Telling = {
  readonly print: Print;
  /** Called in the end, also when the end was never told. */
  end(): void;
};

const write = (line: string): void => void process.stdout.write(`${line}\n`);

// A cast: what the operation prints are events, by the same version of these types.
const eventOf = (line: string): ImportEvent => JSON.parse(line) as ImportEvent;

export function asJson(asked: ImportArguments): Telling {
  const lines: Row[] = [];
  const print: Print = (line) => {
    const event = eventOf(line);
    if ('row' in event) lines.push(event.row);
    if ('done' in event) write(JSON.stringify(resultOf(asked, event.done, lines)));
  };
  return { print, end: () => undefined };
}

export function asLines(asked: ImportArguments): Telling {
  let rowsTold = 0;
  const print: Print = (line) => {
    const event = eventOf(line);
    if ('progress' in event) write(`${event.progress.rows} rows, ${percentOf(event.progress)} %`);
    if ('row' in event) {
      rowsTold += 1;
      write(lineOf(event.row));
    }
    if ('done' in event) writeSummary(asked, event.done, rowsTold);
  };
  return { print, end: () => undefined };
}

/** The rows that are not plain are told below the bar, when it is over. */
export function asBar(asked: ImportArguments): Telling {
  const bar = new SingleBar({ format: '[{bar}] {percentage} % · {rows} rows · {eta_formatted} left' });
  const lines: Row[] = [];
  // A bar that is never stopped keeps the process alive.
  const end = (): void => {
    if (bar.isActive) bar.stop();
  };
  const print: Print = (line) => {
    const event = eventOf(line);
    if ('progress' in event) {
      const { bytes, bytesRead, rows } = event.progress;
      if (!bar.isActive) bar.start(bytes, 0, { rows });
      bar.update(bytesRead, { rows });
    }
    if ('row' in event) lines.push(event.row);
    if ('done' in event) {
      end();
      for (const row of lines) write(lineOf(row));
      writeSummary(asked, event.done, lines.length);
    }
  };
  return { print, end };
}

function resultOf({ source, dryRun, report }: ImportArguments, done: Done, lines: readonly Row[]) {
  const { rows, outcomes, reasons, formats, seconds } = done;
  const rowsPerSecond = Math.round(rows / Math.max(seconds, 0.001));
  const linesLeftOut = leftOut(done, lines.length);
  return { source, dryRun, rows, outcomes, reasons, formats, seconds, rowsPerSecond, lines, linesLeftOut, report };
}

/** Rows with something to say that were not told one by one: the report file has them. */
function leftOut({ rows, outcomes }: Done, told: number): number {
  return rows - outcomes.accepted - outcomes['already-there'] - told;
}

function lineOf({ line, outcome, notes }: Row): string {
  return `line ${line}: ${outcome}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
}

function writeSummary({ dryRun }: ImportArguments, done: Done, told: number): void {
  const { rows, outcomes, formats, seconds } = done;
  const missing = leftOut(done, told);
  if (missing > 0) write(`and ${missing} more: --report writes a line for each row`);
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  write(`${rows} rows in ${seconds.toFixed(1)} s: ${list(outcomes)}`);
  write(`stored as: ${list(formats)}`);
  if (dryRun) write('A dry run: nothing was written.');
}

function percentOf({ bytes, bytesRead }: { bytes: number; bytesRead: number }): number {
  return Math.floor((100 * bytesRead) / Math.max(bytes, 1));
}

export function printStatus(json: boolean): Print {
  return (line) => {
    if (json) return write(line);
    // A cast, as above.
    const status = JSON.parse(line) as ImportStatus & { source: string; lastRun: LastRun | null };
    const { source, lastRun, dormantFormats, ...counts } = status;
    write(`${source}: ${counts.accounts} accounts`);
    for (const [name, count] of Object.entries(counts).slice(1)) write(`  ${name.padEnd(16)}${count}`);
    for (const [name, count] of Object.entries(dormantFormats)) write(`  dormant as ${name}: ${count}`);
    if (!lastRun) return;
    const { startedAt, finishedAt, rows } = lastRun;
    const end = finishedAt === null ? 'has not ended: give the same command again' : 'ended';
    write(`The last import began ${new Date(startedAt).toISOString()}, ${end}; rows so far: ${rows}.`);
  };
}
