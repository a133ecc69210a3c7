import type { DatabaseSync } from 'node:sqlite';
import type { RosterEntryId } from '../../ids.ts';
import type { RosterChange, RosterChanged, RosterCount, RosterEntry, Rosters } from '../roster-port.ts';
import { prepareAuditInsert } from './audit-chain.ts';
import { prepareAll, prepareOne, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

type Body = { readonly body: string };

/** Behind every id there can be. */
const endOfIds = '~';

export function createRosters(db: DatabaseSync, { read, writeTogether }: Transactions): Rosters {
  const rows = prepareRows(db);
  const insert = prepareRosterInsert(db);
  const addAudit = prepareAuditInsert(db);
  const replace = createReplace(rows, addAudit);
  return {
    isListed: (roster, fingerprints, now) =>
      read(() => fingerprints.some((one) => rows.valid(roster, one, now, now) !== undefined)),
    countyOf: (roster, fingerprints, now) =>
      read(() => {
        const valid = fingerprints.flatMap((one) => rows.valid(roster, one, now, now) ?? []);
        return valid.sort((a, b) => (a.id < b.id ? 1 : -1))[0]?.county ?? null;
      }),
    byId: (id) => read(() => entryOf(rows.byId(id))),
    find: (list, fingerprints) => read(() => owner(rows, { ...list, fingerprints })),
    list: ({ roster, county, source = null }, after, limit) =>
      read(() => rows.list(roster, county, source, source, after ?? endOfIds, limit).map(({ body }) => parsed(body))),
    scan: (after, limit) => read(() => rows.scan(after ?? '', limit).map(({ body }) => parsed(body))),
    counts: (now) => read(() => rows.counts(now, now).map((row) => ({ ...row }))),
    add: ({ entry, audit }) =>
      writeTogether(() => {
        if (owner(rows, entry) || rows.byId(entry.id)) return 'taken';
        insert({ ...entry, version: 1 });
        audit.forEach(addAudit);
        return 'added';
      }),
    async change(id, change) {
      for (;;) {
        const before = await read(() => entryOf(rows.byId(id)));
        if (!before) return { outcome: 'missing' };
        const after = change(before);
        if (!after) return { outcome: 'unchanged', entry: before };
        const outcome = await writeTogether(() => replace(before, after));
        if (outcome !== 'stale') return outcome;
      }
    },
    remove: (id, version, audit) =>
      writeTogether(() => {
        const entry = entryOf(rows.byId(id));
        if (entry?.version !== version) return false;
        giveUp(rows, entry);
        rows.remove(id);
        audit.forEach(addAudit);
        return true;
      }),
  };
}

/** An entry and its fingerprints; call it inside a transaction. */
export function prepareRosterInsert(db: DatabaseSync): (entry: RosterEntry) => void {
  const insert = prepareRun(
    db,
    `INSERT INTO roster_entries (id, roster, county, source, valid_from, valid_to, version, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const take = prepareTake(db);
  return (entry) => {
    const { id, roster, county, source, validFrom, validTo, version } = entry;
    insert(id, roster, county, source, validFrom, validTo, version, JSON.stringify(entry));
    take(entry);
  };
}

type Rows = ReturnType<typeof prepareRows>;

function prepareRows(db: DatabaseSync) {
  return {
    valid: prepareOne<Pick<RosterEntry, 'id' | 'county'>>(
      db,
      `SELECT id, roster_entries.county AS county FROM roster_fingerprints JOIN roster_entries ON id = entry_id
       WHERE roster_fingerprints.roster = ? AND fingerprint = ?
         AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?) ORDER BY id DESC LIMIT 1`,
    ),
    owner: prepareOne<Body>(
      db,
      `SELECT body FROM roster_fingerprints f JOIN roster_entries ON id = entry_id
       WHERE f.roster = ? AND f.fingerprint = ? AND f.county = ? AND f.source = ?`,
    ),
    byId: prepareOne<Body>(db, 'SELECT body FROM roster_entries WHERE id = ?'),
    list: prepareAll<Body>(
      db,
      `SELECT body FROM roster_entries
       WHERE roster = ? AND county = ? AND (? IS NULL OR source = ?) AND id < ? ORDER BY id DESC LIMIT ?`,
    ),
    scan: prepareAll<Body>(db, 'SELECT body FROM roster_entries WHERE id > ? ORDER BY id LIMIT ?'),
    counts: prepareAll<RosterCount>(
      db,
      `SELECT roster, county, source, count(*) AS entries,
         sum(valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)) AS valid
       FROM roster_entries GROUP BY roster, county, source ORDER BY roster, county, source`,
    ),
    replace: prepareRun(
      db,
      'UPDATE roster_entries SET valid_from = ?, valid_to = ?, version = ?, body = ? WHERE id = ? AND version = ?',
    ),
    remove: prepareRun(db, 'DELETE FROM roster_entries WHERE id = ?'),
    take: prepareTake(db),
    giveUp: prepareRun(
      db,
      'DELETE FROM roster_fingerprints WHERE roster = ? AND fingerprint = ? AND county = ? AND source = ?',
    ),
  };
}

function prepareTake(db: DatabaseSync): (entry: RosterEntry) => void {
  const take = prepareRun(
    db,
    'INSERT INTO roster_fingerprints (roster, fingerprint, county, source, entry_id) VALUES (?, ?, ?, ?, ?)',
  );
  return ({ id, roster, county, source, fingerprints }) => {
    for (const one of fingerprints) take(roster, one, county, source, id);
  };
}

function createReplace(rows: Rows, addAudit: ReturnType<typeof prepareAuditInsert>) {
  return (before: RosterEntry, { entry: after, audit }: RosterChange): RosterChanged | 'stale' => {
    const { id, roster, county, source, kind } = before;
    const entry = { ...after, id, roster, county, source, kind, version: before.version + 1 };
    if (owner(rows, entry, id)) return { outcome: 'taken' };
    const { validFrom, validTo, version } = entry;
    if (rows.replace(validFrom, validTo, version, JSON.stringify(entry), id, before.version) === 0) return 'stale';
    giveUp(rows, before);
    rows.take(entry);
    audit.forEach(addAudit);
    return { outcome: 'changed', entry };
  };
}

/** Whose any of the fingerprints is within list and source, but for `self`. */
function owner(
  { owner: ownerOf }: Rows,
  { roster, county, source, fingerprints }: Pick<RosterEntry, 'roster' | 'county' | 'source' | 'fingerprints'>,
  self?: RosterEntryId,
): RosterEntry | null {
  const owners = fingerprints.map((one) => entryOf(ownerOf(roster, one, county, source)));
  return owners.find((entry) => entry !== null && entry.id !== self) ?? null;
}

function giveUp(rows: Rows, { roster, county, source, fingerprints }: RosterEntry): void {
  for (const one of fingerprints) rows.giveUp(roster, one, county, source);
}

const entryOf = (row: Body | undefined): RosterEntry | null => (row ? parsed(row.body) : null);

// Written by this file only, from a RosterEntry.
const parsed = (body: string): RosterEntry => JSON.parse(body) as RosterEntry;
