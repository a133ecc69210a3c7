/**
 * Rosters: whoever runs Avain sees how many stand on each list; who stands there is the county's, and only its staff read
 * and change it, their own list and no other (rosters/edit.ts).
 */
import { z } from 'zod';
import type { RosterEntryId } from '../../ids.ts';
import { countLists } from '../../rosters/counts.ts';
import { addEntry, changeEntry, type EntryFields, removeEntry } from '../../rosters/edit.ts';
import { readAddress, readCode, readNote } from '../../rosters/typed.ts';
import { searchList, viewOf } from '../../rosters/view.ts';
import type { RosterList } from '../../storage/roster-port.ts';
import { openCursor, sealCursor } from '../cursor.ts';
import { operation } from '../operation.ts';
import { AdminRefused } from '../refusal.ts';
import { noBody, notFound, nothing, pageQuery, stale, time, timeOrNever, versionSeen } from '../shapes.ts';
import { countyOnly, entryShape, oneEntry, ownList, place, shown, staffOf } from './shapes.ts';

const counted = z.strictObject({ entries: z.int(), valid: z.int() });

export const lists = operation({
  id: 'roster.list',
  method: 'GET',
  path: '/rosters',
  summary: 'The lists and how many stand on each; for a county its own',
  roles: ['county', 'auditor', 'operator', 'owner'],
  readsPerson: false,
  guarded: null,
  params: nothing,
  query: nothing,
  body: noBody,
  output: z.strictObject({
    lists: z.array(
      z.strictObject({ roster: z.string(), county: z.string(), countyEntries: counted, fileEntries: counted }),
    ),
  }),
  async run({ deps, actor }) {
    const all = await countLists(deps);
    const own = (list: RosterList) =>
      actor.kind === 'person' && actor.lists.some((one) => one.roster === list.roster && one.county === list.county);
    const seen = actor.role === 'county' ? all.filter(own) : all;
    return { output: { lists: seen.map(({ staff: _staff, ...list }) => list) } };
  },
});

export const entries = operation({
  id: 'roster.entries',
  method: 'GET',
  path: '/rosters/{roster}/{county}/entries',
  summary: 'Who stands on a list, newest first',
  roles: countyOnly,
  readsPerson: true,
  guarded: null,
  params: place,
  query: pageQuery,
  body: noBody,
  output: z.strictObject({ entries: z.array(entryShape), next: z.string().nullable() }),
  async run(context, { params, query: { cursor, limit } }) {
    const { deps } = context;
    const list = ownList(context, params);
    const position = ['roster.entries', list.roster, list.county];
    // A cast: an id that was sealed by us.
    const after = openCursor(deps, position, cursor) as RosterEntryId | null;
    const found = await searchList(deps, { list, words: null, shown: 'all', after }, limit);
    const next = found.next === null ? null : sealCursor(deps, position, found.next);
    return { output: { entries: found.entries.map(shown), next } };
  },
});

export const entry = operation({
  id: 'roster.entry',
  method: 'GET',
  path: '/rosters/{roster}/{county}/entries/{entry}',
  summary: 'One entry',
  roles: countyOnly,
  readsPerson: true,
  guarded: 'read',
  params: oneEntry,
  query: nothing,
  body: noBody,
  output: entryShape,
  async run(context, { params }) {
    const { deps } = context;
    const list = ownList(context, params);
    const found = await deps.storage.rosters.byId(params.entry as RosterEntryId);
    if (found?.roster !== list.roster || found.county !== list.county) throw notFound();
    return { output: shown(viewOf(deps, found)), version: String(found.version) };
  },
});

const fieldsBody = z.strictObject({
  validFrom: time,
  validTo: timeOrNever,
  note: z.string().max(1_000).nullable().describe('At most 200 letters, without an identity code'),
});

/** @throws AdminRefused */
function fieldsIn({ validFrom, validTo, note }: z.output<typeof fieldsBody>): EntryFields {
  const read = readNote(note ?? '');
  if (typeof read === 'string') throw new AdminRefused('invalid', '', [{ at: '/body/note', expected: read }]);
  const fields = { validFrom: Date.parse(validFrom), validTo: validTo === null ? null : Date.parse(validTo) };
  if (fields.validTo !== null && fields.validTo <= fields.validFrom)
    throw new AdminRefused('invalid', '', [{ at: '/body/validTo', expected: 'a time after validFrom' }]);
  return { ...fields, note: read.note };
}

export const add = operation({
  id: 'roster.add',
  method: 'POST',
  path: '/rosters/{roster}/{county}/entries',
  summary: 'Puts a person on a list, by identity code or address',
  roles: countyOnly,
  readsPerson: true,
  guarded: null,
  params: place,
  query: nothing,
  body: fieldsBody.extend({ kind: z.enum(['identity', 'email']), value: z.string().max(254) }),
  output: z.strictObject({ outcome: z.enum(['added', 'there']), entry: entryShape }),
  async run(context, { params, body: { kind, value, ...typed } }) {
    const { deps } = context;
    const list = ownList(context, params);
    const person = kind === 'identity' ? readCode(value, deps.clock.now()) : readAddress(value);
    if (typeof person === 'string') throw new AdminRefused('invalid', '', [{ at: '/body/value', expected: person }]);
    const added = await addEntry(deps, { list, person, fields: fieldsIn(typed) }, staffOf(context));
    const output = { outcome: added.outcome, entry: shown(viewOf(deps, added.entry)) };
    return { output, version: String(added.entry.version) };
  },
});

export const change = operation({
  id: 'roster.change',
  method: 'PUT',
  path: '/rosters/{roster}/{county}/entries/{entry}',
  summary: 'Changes when an entry is valid, and its note',
  roles: countyOnly,
  readsPerson: true,
  guarded: 'change',
  params: oneEntry,
  query: nothing,
  body: fieldsBody,
  output: entryShape,
  async run(context, { params, body }) {
    const { deps } = context;
    const seen = { list: ownList(context, params), id: params.entry as RosterEntryId, version: versionSeen(context) };
    const fields = fieldsIn(body);
    const edited = await changeEntry(deps, seen, () => fields, staffOf(context));
    if (edited.outcome === 'missing') throw notFound();
    if (edited.outcome === 'stale') throw stale();
    return { output: shown(viewOf(deps, edited.entry)), version: String(edited.entry.version) };
  },
});

export const remove = operation({
  id: 'roster.remove',
  method: 'DELETE',
  path: '/rosters/{roster}/{county}/entries/{entry}',
  summary: 'Takes a person off a list',
  roles: countyOnly,
  readsPerson: false,
  guarded: 'change',
  params: oneEntry,
  query: nothing,
  body: noBody,
  output: z.strictObject({ id: z.string() }),
  async run(context, { params }) {
    const seen = { list: ownList(context, params), id: params.entry as RosterEntryId, version: versionSeen(context) };
    const removed = await removeEntry(context.deps, seen, staffOf(context));
    if (removed.outcome === 'missing') throw notFound();
    if (removed.outcome === 'stale') throw stale();
    return { output: { id: params.entry } };
  },
});
