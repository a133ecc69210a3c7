/**
 * What an operator lists by file: who may use a client that asks for a roster. One CSV file per county,
 * `rosters/<county>.csv`, UTF-8, no quotes, lines beginning with `#` are comments, first line the header:
 *
 *   roster,kind,value,valid_from,valid_to
 *   personal-assistance,identity,290200A901C,2024-01-01,
 *   personal-assistance,email,someone@example.fi,2024-01-01,2026-12-31
 *
 * `valid_to` is the last day, empty = until further notice; days are those of Europe/Helsinki. The values are personal
 * data: no fault ever quotes one, and the rows hold them as secrets until they are fingerprinted.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseEmailAddress } from '../accounts/email-address.ts';
import { dayAfter, startOfDay } from '../finnish-day.ts';
import { parseTypedHetu } from '../identity/hetu.ts';
import type { Fault } from './faults.ts';
import type { Config, RosterRow } from './schema.ts';
import { Secret } from './secret.ts';
import { isCalendarDate } from './values.ts';

const header = 'roster,kind,value,valid_from,valid_to';

// Nobody is on a roster before birth: the calendar, not the clock, decides here whether a code is well-formed.
const anyTime = Date.parse('2999-12-31');

/** The rosters that have a file of their own, and the faults that are told of this one. */
export type RosterContext = { readonly rosters: Config['rosters']; readonly faults: Fault[] };

/** Every row of every `*.csv` in `dir`, all faults at once; an absent folder holds no rows. */
export async function readRosterRows(
  dir: string,
  shownAs: string,
  context: RosterContext,
): Promise<readonly RosterRow[]> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith('.csv')).sort();
  const read = async (name: string) =>
    parseRoster(await readFile(join(dir, name), 'utf8'), `${shownAs}/${name}`, context);
  return (await Promise.all(names.map(read))).flat();
}

/** The rows of one file; the county is the file's name. */
export function parseRoster(content: string, shownAs: string, context: RosterContext): readonly RosterRow[] {
  const county = basename(shownAs, '.csv');
  const lines = content.replace(/^\uFEFF/, '').split(/\r?\n/);
  const numbered = lines.map((line, index) => [line.trim(), index + 1] as const);
  const [first, ...rows] = numbered.filter(([line]) => line !== '' && !line.startsWith('#'));
  if (first?.[0] !== header) {
    const fault = { file: shownAs, line: first?.[1] ?? 1, key: '', found: 'another header', expected: header };
    context.faults.push(fault);
    return [];
  }
  const seen = new Set<string>();
  return rows.flatMap(([text, line]) => {
    const fault = (key: string, found: string, expected: string) =>
      void context.faults.push({ file: shownAs, line, key, found, expected });
    const row = rowOf(text.split(','), county, context.rosters, fault);
    if (row === null) return [];
    const person = JSON.stringify([row.roster, row.kind, row.value.reveal()]);
    if (seen.has(person)) fault('value', 'somebody of a line above', 'each person once in a roster');
    seen.add(person);
    return [row];
  });
}

type ReportFault = (key: string, found: string, expected: string) => void;

function rowOf(
  cells: readonly string[],
  county: string,
  rosters: Config['rosters'],
  fault: ReportFault,
): RosterRow | null {
  const [roster = '', kind = '', value = '', from = '', to = ''] = cells.map((cell) => cell.trim());
  const hetu = parseTypedHetu(value, { allowArtificial: true, now: anyTime });
  const email = parseEmailAddress(value);
  const known = Object.keys(rosters).filter((id) => Object.hasOwn(rosters[id]?.counties ?? {}, county));
  const checks: readonly (readonly [holds: boolean, key: string, found: string, expected: string])[] = [
    [cells.length === 5, '', `${cells.length} values`, '5 values'],
    [
      known.includes(roster),
      'roster',
      'another name',
      `a roster of this county: ${known.join(', ') || 'there is none'}`,
    ],
    [kind === 'identity' || kind === 'email', 'kind', 'another kind', 'identity or email'],
    [kind !== 'identity' || hetu.ok, 'value', 'something else', 'an identity code with its right check character'],
    [kind !== 'email' || email.ok, 'value', 'something else', 'an e-mail address'],
    [isCalendarDate(from), 'valid_from', 'something else', 'a date as YYYY-MM-DD'],
    [to === '' || isCalendarDate(to), 'valid_to', 'something else', 'a date as YYYY-MM-DD, or nothing'],
    [to === '' || to >= from, 'valid_to', 'an earlier day', 'valid_from or a later day'],
  ];
  const broken = checks.filter(([holds]) => !holds);
  for (const [, key, found, expected] of broken) fault(key, found, expected);
  if (broken.length > 0 || (kind !== 'identity' && kind !== 'email')) return null;
  const normal = hetu.ok ? hetu.value.code : email.ok ? email.address.canonical : '';
  const validTo = to === '' ? null : startOfDay(dayAfter(to));
  return { roster, county, kind, value: new Secret(normal), validFrom: startOfDay(from), validTo };
}
