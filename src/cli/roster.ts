/** `avain roster …`: the lists of counties. docs/rosters.md tells how. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Print } from '../control/operation.ts';
import { runOperation } from '../control/run-operation.ts';
import type { RosterImportArguments, RosterImportEvent, RosterPlaceArguments } from '../rosters/operations.ts';

type Place = { readonly county: string; readonly roster?: string };
type Done = Extract<RosterImportEvent, { done: unknown }>['done'];
type Line = Extract<RosterImportEvent, { line: unknown }>['line'];

export function addRosterCommands(program: Command): void {
  const commands = program.command('roster').description('who may use a client that asks for a roster');
  const county = () => new Option('--county <name>', 'as the file of the roster calls it').makeOptionMandatory();
  const roster = () => new Option('--roster <id>', 'needed only where a county has a part in several');
  commands
    .command('import')
    .description("put a county's file into its list; who is not in the file stays as they are")
    .argument('<file>', 'CSV in UTF-8')
    .addOption(county())
    .addOption(roster())
    .option('--dry-run', 'check everything and write nothing')
    .option('--json', 'tell the end as one JSON object')
    .action(importFile);
  commands
    .command('export')
    .description("a county's list as CSV, without identity codes")
    .addOption(county())
    .addOption(roster())
    .action((place: Place) => runOperation('roster.export', [JSON.stringify(placeOf(place))]));
  commands
    .command('list')
    .description('the lists there are, and how many are on them')
    .option('--json', 'as JSON, one list a line')
    .action(({ json }: { json?: true }) => runOperation('roster.list', [], json ? undefined : printList));
}

const placeOf = ({ county, roster = null }: { county: string; roster?: string | null }): RosterPlaceArguments => ({
  county,
  roster,
});

async function importFile(file: string, options: Place & { dryRun?: true; json?: true }): Promise<void> {
  const { dryRun = false, json = false } = options;
  // Absolute: the service that reads it stands in another folder.
  const asked: RosterImportArguments = { ...placeOf(options), file: resolve(file), dryRun };
  await runOperation('roster.import', [JSON.stringify(asked)], json ? asJson(dryRun) : asLines(dryRun));
}

const write = (line: string): void => void process.stdout.write(`${line}\n`);

// A cast: what the operation prints are events, by the same version of these types.
const eventOf = (line: string): RosterImportEvent => JSON.parse(line) as RosterImportEvent;

function asJson(dryRun: boolean): Print {
  const told: Line[] = [];
  return (text) => {
    const event = eventOf(text);
    if ('line' in event) told.push(event.line);
    else write(JSON.stringify(resultOf(dryRun, event.done, told)));
  };
}

function resultOf(dryRun: boolean, { list, lines, outcomes, seconds }: Done, told: readonly Line[]) {
  return { ...list, dryRun, rows: lines, outcomes, seconds, lines: told, linesLeftOut: leftOut(outcomes, told.length) };
}

const leftOut = ({ changed, duplicate, refused }: Done['outcomes'], told: number): number =>
  changed + duplicate + refused - told;

function asLines(dryRun: boolean): Print {
  let told = 0;
  return (text) => {
    const event = eventOf(text);
    if ('line' in event) {
      told += 1;
      const { line, outcome, reason } = event.line;
      write(`line ${line}: ${outcome}${reason === null ? '' : ` (${reason})`}`);
      return;
    }
    const { list, lines, outcomes, seconds } = event.done;
    const missing = leftOut(outcomes, told);
    if (missing > 0) write(`and ${missing} more`);
    const counted = Object.entries(outcomes).map(([name, count]) => `${name} ${count}`);
    write(`${list.roster}, ${list.county}: ${lines} lines in ${seconds.toFixed(1)} s: ${counted.join(', ')}`);
    if (dryRun) write('A dry run: nothing was written.');
  };
}

const printList: Print = (text) => {
  // A cast, as above.
  const { roster, county, staff, countyEntries, fileEntries } = JSON.parse(text) as {
    readonly [K in 'roster' | 'county']: string;
  } & { readonly [K in 'countyEntries' | 'fileEntries']: { entries: number; valid: number } } & {
    staff: number | null;
  };
  const counted = ({ entries, valid }: { entries: number; valid: number }) => `${entries} (${valid} valid now)`;
  const people = staff === null ? 'not in the configuration any more' : `${staff} of staff`;
  write(`${roster}, ${county}: by the county ${counted(countyEntries)}, by file ${counted(fileEntries)}; ${people}`);
};
