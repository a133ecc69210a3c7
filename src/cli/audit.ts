import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ExportArguments, SearchArguments } from '../audit/operations.ts';
import type { ChainEnd, ChainFault } from '../audit/verify.ts';
import { type VerifiedFile, verifyFile } from '../audit/verify-file.ts';
import { isCalendarDate } from '../config/values.ts';
import { runOperation } from '../control/run-operation.ts';
import { codeOf } from '../errors.ts';

type Verified = { readonly ok: boolean; readonly faults: readonly ChainFault[]; readonly chains: readonly ChainEnd[] };
type VerifyOptions = { readonly file?: string; readonly key?: string; readonly json?: boolean };

const faultWords: Readonly<Record<ChainFault['what'], string>> = {
  edited: 'was changed after it was written',
  gap: 'is the first after records that are gone',
  'out-of-order': 'does not follow the record before it',
  'forged-checkpoint': 'has a signature that is not ours',
  rewritten: 'is not what was signed at this place',
  'cut-off': 'was signed and is not there: the end was cut off',
};

/** `avain audit …`: what happened, and whether the log of it is whole (docs/audit.md). */
export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('the audit log: search it, verify it, take it along');
  const day = (flag: string, description: string) => new Option(`${flag} <day>`, description).argParser(dayOf);
  audit
    .command('verify')
    .description('whether anything was changed, removed, moved or cut off since it was written; exit 1 if so')
    .option('--file <file>', 'of what was exported or sent elsewhere, instead of the store; no Avain is needed')
    .option('--key <file>', 'the public key for --file, as "audit key" prints it')
    .option('--json', 'as one JSON object')
    .action(verify);
  audit
    .command('key')
    .description('the public key that checkpoints are verified with, as PEM')
    .option('--json', 'as one JSON object')
    .action(({ json = false }: { json?: boolean }) => runOperation('audit.key', [json ? 'json' : '']));
  audit
    .command('export')
    .description('records and checkpoints, one JSON object a line, which verify by themselves')
    .requiredOption('--by <name>', 'who does it; stays in the log')
    .addOption(day('--from', 'the first day, YYYY-MM-DD in Finland'))
    .addOption(day('--to', 'the last day'))
    .option('--node <name>', 'of this chain only')
    .option('--json', 'one JSON object a line, which it is anyway')
    .action(({ by, from, to, node }: { by: string; from?: string; to?: string; node?: string }) => {
      const asked: ExportArguments = { by, from: from ?? null, to: to ?? null, node: node ?? null };
      return runOperation('audit.export', [JSON.stringify(asked)]);
    });
  audit
    .command('search')
    .description('records, newest first, one JSON object a line')
    .requiredOption('--by <name>', 'who does it; stays in the log')
    .option('--account <account>', 'about this one, by its address or id')
    .option('--event <name>', 'such as sign-in.finished')
    .option('--actor <who>', 'such as operator:NAME, account:ID or client:ID')
    .addOption(day('--since', 'from this day on, YYYY-MM-DD in Finland'))
    .option('--json', 'one JSON object a line, which it is anyway')
    .addOption(new Option('--limit <number>', 'at most so many').default(100).argParser(numberOf))
    .action((given: Partial<SearchArguments> & Pick<SearchArguments, 'by' | 'limit'>) => {
      const { by, limit, account = null, event = null, actor = null, since = null } = given;
      const asked: SearchArguments = { by, limit, account, event, actor, since };
      return runOperation('audit.search', [JSON.stringify(asked)]);
    });
}

function dayOf(value: string): string {
  if (isCalendarDate(value)) return value;
  throw new InvalidArgumentError('A day as YYYY-MM-DD.');
}

function numberOf(value: string): number {
  if (/^[1-9]\d{0,3}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('A number from 1 to 9999.');
}

async function verify({ file, key, json = false }: VerifyOptions): Promise<void> {
  if ((file === undefined) !== (key === undefined)) return refuse('--file and --key: both, or neither.');
  if (file === undefined || key === undefined) {
    return runOperation('audit.verify', [], (line) => tell(JSON.parse(line) as Verified | { read: number }, json));
  }
  try {
    const verified = await verifyFile(file, key);
    const ok = verified.faults.length === 0 && verified.unreadable.length === 0;
    tell({ ok, ...verified }, json);
    if (!ok) process.exitCode = 1;
  } catch (error) {
    refuse(`The file or the key cannot be read (${codeOf(error)}).`);
  }
}

function refuse(why: string): void {
  process.stderr.write(`${why}\n`);
  process.exitCode = 1;
}

function tell(told: Verified | { readonly read: number }, json: boolean): void {
  if ('read' in told) {
    if (process.stderr.isTTY) process.stderr.write(`${told.read} records read\n`);
    return;
  }
  process.stdout.write(`${json ? JSON.stringify(told) : inWords(told)}\n`);
}

function inWords({ ok, faults, chains, ...rest }: Verified & Partial<Pick<VerifiedFile, 'unreadable'>>): string {
  const lines = chains.map(
    ({ node, records, last, signed }) => `chain ${node}: ${records} records up to ${last}, signed up to ${signed}`,
  );
  const wrong = faults.map(
    ({ node, sequence, what }) => `chain ${node}, record ${sequence}: ${faultWords[what]} (${what})`,
  );
  const unreadable = (rest.unreadable ?? []).map((number) => `line ${number}: is no line of an audit log`);
  const end = ok ? 'The audit log is whole.' : 'The audit log is NOT whole. docs/audit.md says what to do.';
  return [...lines, ...wrong, ...unreadable, end].join('\n');
}
