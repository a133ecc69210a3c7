/**
 * The rosters of the configuration's files are put in place at every start. Only entries that came from a file are added,
 * changed and removed here, so what a county has listed stays as it is, and somebody who stays listed is never missing for
 * a moment.
 */

import type { RosterRow } from '../config/schema.ts';
import { patiently } from '../control/patiently.ts';
import type { Deps } from '../deps.ts';
import type { RosterEntry, RosterList } from '../storage/roster-port.ts';
import { fingerprintsOf, newEntry } from './entry.ts';
import { recordedOf } from './recorded.ts';

type LoadDeps = Pick<Deps, 'keyring' | 'clock' | 'random' | 'config'> & {
  readonly storage: Pick<Deps['storage'], 'rosters'>;
};

const actor = { by: 'file', accountId: null } as const;
const pageLength = 200;
const atOnce = 8;

/** Done again, or by several nodes at once, it ends the same. */
export async function loadRosters(deps: LoadDeps): Promise<void> {
  const { config, storage, clock } = deps;
  const counted = await storage.rosters.counts(clock.now());
  const stored = counted.filter(({ source }) => source === 'file');
  const lists = new Map([...config.rosterRows, ...stored].map((list) => [`${list.roster} ${list.county}`, list]));
  for (const { roster, county } of lists.values()) {
    const own = config.rosterRows.filter((row) => row.roster === roster && row.county === county);
    await loadList(deps, { roster, county }, own);
  }
}

async function loadList(deps: LoadDeps, list: RosterList, rows: readonly RosterRow[]): Promise<void> {
  const wanted = rows.map((row) => ({ ...row, fingerprints: fingerprintsOf(deps.keyring, personOf(row)) }));
  const byFingerprint = new Map(wanted.flatMap((row) => row.fingerprints.map((one) => [one, row] as const)));
  const there = await allOf(deps, list);
  const found = new Set<RosterRow>();
  await each(there, async (entry) => {
    const row = entry.fingerprints.map((one) => byFingerprint.get(one)).find((one) => one !== undefined);
    if (row) found.add(row);
    await (row ? bringUpToDate(deps, entry, row) : takeAway(deps, entry));
  });
  const missing = wanted.filter((row) => !found.has(row));
  await each(missing, (row) => add(deps, row));
}

const personOf = ({ kind, value }: RosterRow) => ({ kind, value: value.reveal() });

async function allOf({ storage }: LoadDeps, list: RosterList): Promise<readonly RosterEntry[]> {
  const all: RosterEntry[] = [];
  for (;;) {
    const after = all.at(-1)?.id ?? null;
    const page = await patiently(() => storage.rosters.list({ ...list, source: 'file' }, after, pageLength));
    all.push(...page);
    if (page.length < pageLength) return all;
  }
}

async function each<Row>(rows: readonly Row[], work: (row: Row) => Promise<unknown>): Promise<void> {
  for (let begin = 0; begin < rows.length; begin += atOnce) {
    await Promise.all(rows.slice(begin, begin + atOnce).map((row) => patiently(() => work(row))));
  }
}

async function add(deps: LoadDeps, row: RosterRow): Promise<void> {
  const entry = newEntry(deps, { ...row, person: personOf(row), source: 'file', note: null, addedBy: null });
  const audit = recordedOf('roster.entry-added', entry, actor, deps.clock.now());
  // `taken`: another node that starts was faster.
  await deps.storage.rosters.add({ entry, audit });
}

async function bringUpToDate(deps: LoadDeps, seen: RosterEntry, row: RosterRow): Promise<void> {
  const fingerprints = fingerprintsOf(deps.keyring, personOf(row));
  const { validFrom, validTo } = row;
  const change = (entry: RosterEntry) => {
    const datesDiffer = entry.validFrom !== validFrom || entry.validTo !== validTo;
    // An index key is new: nothing that anybody decided.
    const isMissing = fingerprints.some((one) => !entry.fingerprints.includes(one));
    if (!datesDiffer && !isMissing) return null;
    const audit = datesDiffer ? recordedOf('roster.entry-changed', entry, actor, deps.clock.now()) : [];
    const all = [...new Set([...entry.fingerprints, ...fingerprints])];
    return { entry: { ...entry, validFrom, validTo, fingerprints: all }, audit };
  };
  if (change(seen) !== null) await deps.storage.rosters.change(seen.id, change);
}

async function takeAway({ storage, clock }: LoadDeps, entry: RosterEntry): Promise<void> {
  await storage.rosters.remove(entry.id, entry.version, recordedOf('roster.entry-removed', entry, actor, clock.now()));
}
