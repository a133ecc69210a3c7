/** `avain import …`: accounts of an earlier system, and how far their people have come. docs/migration.md tells how. */
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { runOperation } from '../control/run-operation.ts';
import { type ImportArguments, sourceName } from '../migration/import-arguments.ts';
import type { UserFormat } from '../migration/read-users.ts';
import { asBar, asJson, asLines, printStatus } from './import-telling.ts';

type ImportOptions = {
  readonly source: string;
  readonly format?: UserFormat;
  readonly dryRun?: true;
  readonly json?: true;
  readonly wrapWeak: boolean;
  readonly report?: string;
};

export function addImportCommands(program: Command): void {
  const commands = program.command('import').description('accounts of an earlier system');
  const source = () =>
    new Option('--source <name>', 'what the earlier system is called here').argParser(nameOf).makeOptionMandatory();
  commands
    .command('users')
    .description('make accounts of the rows of a file; what is there already is never changed')
    .argument('<file>', 'CSV or NDJSON in UTF-8')
    .addOption(source())
    .addOption(new Option('--format <kind>', 'instead of by the name of the file').choices(['csv', 'ndjson']))
    .option('--dry-run', 'check everything and write nothing')
    .option('--no-wrap-weak', 'keep weak hashes as they are until their password is typed')
    .option('--report <file>', 'write a line for each row to a new file, CSV or NDJSON by its name')
    .option('--json', 'tell the end as one JSON object')
    .action(importUsers);
  commands
    .command('status')
    .description('how many of a source have kept their password, have changed it, or have not come yet')
    .addOption(source())
    .option('--json', 'as one JSON object')
    .action(({ source: name, json }: { source: string; json?: true }) =>
      runOperation('import.status', [name], printStatus(json ?? false)),
    );
}

async function importUsers(file: string, options: ImportOptions): Promise<void> {
  const format = options.format ?? formatOf(file);
  if (!format) {
    process.stderr.write('Is it csv or ndjson? Its name does not tell: say --format.\n');
    process.exitCode = 1;
    return;
  }
  const { source, dryRun = false, wrapWeak, json = false } = options;
  // Absolute: the service that reads it stands in another folder.
  const report = options.report === undefined ? null : resolve(options.report);
  const asked: ImportArguments = { file: resolve(file), format, source, dryRun, wrapWeak, report };
  const telling = json ? asJson(asked) : process.stdout.isTTY ? asBar(asked) : asLines(asked);
  await runOperation('import.users', [JSON.stringify(asked)], telling.print).finally(telling.end);
}

function formatOf(file: string): UserFormat | null {
  if (/\.csv$/i.test(file)) return 'csv';
  return /\.(ndjson|jsonl)$/i.test(file) ? 'ndjson' : null;
}

function nameOf(value: string): string {
  if (sourceName.test(value)) return value;
  throw new InvalidArgumentError('Lower-case letters, digits, dots and dashes, at most 63.');
}
