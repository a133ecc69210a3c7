/**
 * Rosters: who may use a client that asks for a roster. One CSV file per county, `rosters/<county>.csv`, UTF-8, no
 * quotes, lines beginning with `#` are comments, first line the header:
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
import { dayAfter, startOfDay } from '../finnish-day.ts';
import { parseTypedHetu } from '../identity/hetu.ts';
import type { Fault } from './faults.ts';
import type { RosterRow } from './schema.ts';
import { Secret } from './secret.ts';
import { emailAddress, isCalendarDate, slug } from './values.ts';

const header = 'roster,kind,value,valid_from,valid_to';

// Nobody is on a roster before birth: the calendar, not the clock, decides here whether a code is well-formed.
const anyTime = Date.parse('2999-12-31');

/** Every row of every `*.csv` in `dir`, all faults at once; an absent folder holds no rosters. */
export async function readRosters(dir: string, shownAs: string, faults: Fault[]): Promise<readonly RosterRow[]> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith('.csv')).sort();
  const read = async (name: string) =>
    parseRoster(await readFile(join(dir, name), 'utf8'), `${shownAs}/${name}`, faults);
  return (await Promise.all(names.map(read))).flat();
}

/** The rows of one file; the county is the file's name. */
export function parseRoster(content: string, shownAs: string, faults: Fault[]): readonly RosterRow[] {
  const county = basename(shownAs, '.csv');
  const lines = content.replace(/^\uFEFF/, '').split(/\r?\n/);
  const numbered = lines.map((line, index) => [line.trim(), index + 1] as const);
  const [first, ...rows] = numbered.filter(([line]) => line !== '' && !line.startsWith('#'));
  if (first?.[0] !== header) {
    faults.push({ file: shownAs, line: first?.[1] ?? 1, key: '', found: 'another header', expected: header });
    return [];
  }
  return rows.flatMap(([text, line]) => {
    const fault = (key: string, found: string, expected: string) =>
      faults.push({ file: shownAs, line, key, found, expected });
    return rowOf(text.split(','), county, fault) ?? [];
  });
}

type ReportFault = (key: string, found: string, expected: string) => void;

function rowOf(cells: readonly string[], county: string, fault: ReportFault): RosterRow | null {
  const [roster = '', kind = '', value = '', from = '', to = ''] = cells.map((cell) => cell.trim());
  const hetu = parseTypedHetu(value, { allowArtificial: true, now: anyTime });
  const checks: readonly (readonly [holds: boolean, key: string, found: string, expected: string])[] = [
    [cells.length === 5, '', `${cells.length} values`, '5 values'],
    [slug.safeParse(roster).success, 'roster', 'another name', 'a name of a–z, 0–9 and "-"'],
    [kind === 'identity' || kind === 'email', 'kind', 'another kind', 'identity or email'],
    [kind !== 'identity' || hetu.ok, 'value', 'something else', 'an identity code with its right check character'],
    [kind !== 'email' || emailAddress.safeParse(value).success, 'value', 'something else', 'an e-mail address'],
    [isCalendarDate(from), 'valid_from', 'something else', 'a date as YYYY-MM-DD'],
    [to === '' || isCalendarDate(to), 'valid_to', 'something else', 'a date as YYYY-MM-DD, or nothing'],
    [to === '' || to >= from, 'valid_to', 'an earlier day', 'valid_from or a later day'],
  ];
  const broken = checks.filter(([holds]) => !holds);
  for (const [, key, found, expected] of broken) fault(key, found, expected);
  if (broken.length > 0 || (kind !== 'identity' && kind !== 'email')) return null;
  const normal = hetu.ok ? hetu.value.code : value.toLowerCase();
  const validTo = to === '' ? null : startOfDay(dayAfter(to));
  return { roster, county, kind, value: new Secret(normal), validFrom: startOfDay(from), validTo };
}
