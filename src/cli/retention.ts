import type { Command } from 'commander';
import { runOperation } from '../control/run-operation.ts';

type Row = {
  readonly name: string;
  readonly keptFor: string | null;
  readonly held: number;
  readonly oldestAt: string | null;
  readonly dueNow: number;
};
type Report = {
  readonly rows: readonly Row[];
  readonly applied: Readonly<Record<string, number>> | null;
  readonly lastRun: { readonly startedAt: string; readonly endedAt: string | null } | null;
  readonly everyHours: number;
};

const columns = ['what', 'kept for', 'held', 'oldest', 'due now'] as const;
const widths = [18, 12, 12, 14, 10] as const;

const line = (cells: readonly string[]): string =>
  cells
    .map((cell, at) => cell.padEnd(widths[at] ?? 0))
    .join('')
    .trimEnd();

function table({ rows, applied, lastRun, everyHours }: Report): string {
  const done = applied && Object.entries(applied).map(([name, count]) => `${name} ${count}`);
  return [
    line(columns),
    ...rows.map(({ name, keptFor, held, oldestAt, dueNow }) =>
      line([name, keptFor ?? 'for ever', `${held}`, oldestAt?.slice(0, 10) ?? '-', `${dueNow}`]),
    ),
    '',
    ...(done ? [`Applied: ${done.join(', ')}.`] : []),
    lastRun === null
      ? `It was not applied yet; a running Avain does it every ${everyHours} h.`
      : `Last applied ${lastRun.startedAt}${lastRun.endedAt === null ? ', not to the end yet' : ''}; every ${everyHours} h.`,
  ].join('\n');
}

/** `avain retention`: what is kept how long, how much is held, what is due (docs/operate.md, "How long things are kept"). */
export function addRetentionCommand(program: Command): void {
  program
    .command('retention')
    .description('what is kept how long, how much of it is held, and what is due')
    .option('--dry-run', 'only show it, which is what it does unless told otherwise')
    .option('--apply', 'do now what is due: owners are mailed, accounts and records are removed')
    .option('--json', 'as one JSON object')
    .action(
      ({ apply = false, dryRun = false, json = false }: { apply?: boolean; dryRun?: boolean; json?: boolean }) => {
        if (apply && dryRun) {
          process.stderr.write('--apply or --dry-run: one of the two.\n');
          process.exitCode = 1;
          return;
        }
        // A cast: the operation of the same version prints this.
        const print = (text: string) => process.stdout.write(`${json ? text : table(JSON.parse(text) as Report)}\n`);
        return runOperation('retention', [apply ? 'apply' : ''], print);
      },
    );
}
