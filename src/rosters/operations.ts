/** `avain roster …`, where the store is. What is refused never repeats what a file says: it is about people. */
import { z } from 'zod';
import { type Operation, OperationRefused, type Operations } from '../control/operation.ts';
import { patiently } from '../control/patiently.ts';
import { openTableFile } from '../csv/table-file.ts';
import type { Deps } from '../deps.ts';
import type { RosterList } from '../storage/roster-port.ts';
import { countLists } from './counts.ts';
import { exportList } from './export-list.ts';
import { importList, type LineCounts, type LineResult, noLines, withLine } from './import-list.ts';
import { readList } from './read-list.ts';

const placeArguments = z.strictObject({ county: z.string(), roster: z.string().nullable() });
const importArguments = placeArguments.extend({ file: z.string(), dryRun: z.boolean() });
/** What is asked of `roster.import`; the path is absolute. */
export type RosterImportArguments = z.infer<typeof importArguments>;
/** What is asked of `roster.export`. */
export type RosterPlaceArguments = z.infer<typeof placeArguments>;

/** What an import tells: JSON, one a line; at last `done`. */
export type RosterImportEvent =
  | { readonly line: LineResult }
  | {
      readonly done: {
        readonly list: RosterList;
        readonly lines: number;
        readonly outcomes: LineCounts;
        readonly seconds: number;
      };
    };

const byCommand = { by: 'command', accountId: null } as const;
/** Lines that are told one by one. */
const mostLinesTold = 1_000;
const incomplete = 2;
/** More belong into several files; it bounds what a file can cost. */
const maxLines = 1_000_000;

/** Throws OperationRefused where there is no such list, or several could be meant. */
function listOf({ config }: Pick<Deps, 'config'>, { county, roster }: RosterPlaceArguments): RosterList {
  const all = Object.entries(config.rosters).flatMap(([id, { counties }]) =>
    Object.keys(counties).map((name) => ({ roster: id, county: name })),
  );
  const found = all.filter((list) => list.county === county && (roster === null || list.roster === roster));
  const [first] = found;
  if (!first) {
    const known = all.map((list) => `${list.roster} ${list.county}`).join(', ');
    throw new OperationRefused(`There is no such list. Known, by roster and county: ${known || 'none'}.`);
  }
  if (found.length > 1) {
    throw new OperationRefused(`Say --roster: ${found.map((list) => list.roster).join(' or ')}.`);
  }
  return first;
}

/** Its argument: RosterImportArguments as JSON. Exit 0: every line is in (or would be); 2: some could not be taken. */
const importOperation: Operation = async (deps, [argument = ''], print) => {
  const { file: path, dryRun, ...place } = importArguments.parse(JSON.parse(argument));
  const list = listOf(deps, place);
  const file = await openTableFile(path);
  const lines = readList(file.chunks, maxLines);
  const options = { list, actor: byCommand, dryRun, insist: patiently };
  const tell = (event: RosterImportEvent): void => print(JSON.stringify(event));
  const began = performance.now();
  let [outcomes, count, told] = [noLines, 0, 0];
  try {
    for await (const results of importList(deps, lines, options)) {
      for (const line of results) {
        outcomes = withLine(outcomes, line);
        count += 1;
        if (line.outcome === 'added' || line.outcome === 'unchanged' || told === mostLinesTold) continue;
        told += 1;
        tell({ line });
      }
    }
  } finally {
    await file.close();
  }
  tell({ done: { list, lines: count, outcomes, seconds: Math.round(performance.now() - began) / 1_000 } });
  return outcomes.refused > 0 ? incomplete : 0;
};

/** Its argument: RosterPlaceArguments as JSON. Prints the lines of the CSV. */
const exportOperation: Operation = async (deps, [argument = ''], print) => {
  const list = listOf(deps, placeArguments.parse(JSON.parse(argument)));
  for await (const line of exportList(deps, list, 'en', byCommand)) {
    print(line);
    await print.caughtUp();
  }
  return 0;
};

/** Prints one line of JSON: every list of the configuration, and what else is stored, with its counts. */
const listOperation: Operation = async (deps, _args, print) => {
  for (const list of await countLists(deps)) print(JSON.stringify(list));
  return 0;
};

export const rosterOperations: Operations = {
  'roster.import': importOperation,
  'roster.export': exportOperation,
  'roster.list': listOperation,
};
