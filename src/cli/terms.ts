/** `avain terms …`: the evidence of accepted terms, for whoever must show it. docs/terms.md tells what it is worth. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ExportArguments, VerifiedDocument } from '../accounts/terms-operations.ts';
import { isCalendarDate } from '../config/values.ts';
import { runOperation } from '../control/run-operation.ts';

type ExportOptions = {
  readonly terms?: string;
  readonly from?: string;
  readonly to?: string;
  readonly json?: true;
};

export function addTermsCommands(program: Command): void {
  const terms = program.command('terms').description('terms of use: who accepted what');
  const day = (flag: string, description: string) => new Option(`${flag} <day>`, description).argParser(dayOf);
  terms
    .command('export')
    .description('a line for each acceptance, oldest first: ids, no address and no identity code')
    .option('--terms <id>', 'of these terms only: the name of their folder')
    .addOption(day('--from', 'the first day, YYYY-MM-DD in Finland'))
    .addOption(day('--to', 'the last day'))
    .addOption(new Option('--csv', 'as CSV, which it is unless told otherwise').conflicts('json'))
    .option('--json', 'one JSON object a line')
    .action(({ terms: id, from, to, json }: ExportOptions) => {
      const asked: ExportArguments = {
        terms: id ?? null,
        from: from ?? null,
        to: to ?? null,
        form: json ? 'json' : 'csv',
      };
      return runOperation('terms.export', [JSON.stringify(asked)]);
    });
  terms
    .command('verify')
    .description('whether every text that was accepted is in the files as it was; exit 1 if one is not')
    .option('--json', 'as one JSON object')
    .action(({ json = false }: { json?: boolean }) => runOperation('terms.verify', [], json ? undefined : printTable));
}

function dayOf(value: string): string {
  if (isCalendarDate(value)) return value;
  throw new InvalidArgumentError('A day as YYYY-MM-DD.');
}

const widths = [16, 14, 10, 10, 11] as const;

const lineOf = (cells: readonly string[]): string => cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' ');

function printTable(line: string): void {
  // A cast: the operation of the same version prints this.
  const { ok, documents } = JSON.parse(line) as { ok: boolean; documents: readonly VerifiedDocument[] };
  const rows = documents.map(({ terms, version, language, accepted, state, textHash }) =>
    lineOf([terms, version, language, `${accepted}`, state, textHash]),
  );
  const names = lineOf(['terms', 'version', 'language', 'accepted', 'text', 'hash (SHA-256)']);
  const told = ok
    ? 'Every text that was accepted is in the files as it was.'
    : 'Texts that were accepted are missing or have been changed: bring those files back from the version control.';
  process.stdout.write(`${[names, ...rows, '', told].join('\n')}\n`);
}
