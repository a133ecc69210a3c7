/**
 * A county's file is put into its list: who is missing is added, who is there is changed where the file says otherwise,
 * and nobody is removed, since a file may be a part of the list. The same file again changes nothing.
 */
import { createSeen, type Seen } from '../csv/seen.ts';
import type { TableRow } from '../csv/table-file.ts';
import { dayOf, startOfDay } from '../finnish-day.ts';
import type { RosterList } from '../storage/roster-port.ts';
import { addEntry, changeEntry, type EditDeps, type EntryFields, findEntry } from './edit.ts';
import { fingerprintsOf } from './entry.ts';
import { checkLine, type ListLine, type readList } from './read-list.ts';
import type { Actor } from './recorded.ts';
import { openNote } from './sealed.ts';

const outcomes = ['added', 'changed', 'unchanged', 'duplicate', 'refused'] as const;
/** `duplicate`: a line above is about the same person, and counts. */
export type LineOutcome = (typeof outcomes)[number];

export type LineResult = {
  readonly line: number;
  readonly outcome: LineOutcome;
  /** Why it was refused; null where it was not. Never what stands in the line. */
  readonly reason: string | null;
};

export type ListImport = {
  readonly list: RosterList;
  readonly actor: Actor;
  /** Everything is checked and nothing is written. */
  readonly dryRun: boolean;
  /** How a store that is away for a moment is waited for: work that may be done again. */
  readonly insist: <T>(work: () => Promise<T>) => Promise<T>;
};

type Judged = { readonly result: LineResult; readonly entry: ListLine | null };

/** As many as there are connections to a server, where people sign in meanwhile. */
const batchLines = 32;

/** Results of the lines in their order, a batch at a time; what is told is stored by then. */
export async function* importList(
  deps: EditDeps,
  lines: ReturnType<typeof readList>,
  options: ListImport,
): AsyncGenerator<readonly LineResult[]> {
  const seen = createSeen();
  let batch: Judged[] = [];
  const done = () => Promise.all(batch.map((judged) => store(deps, judged, options)));
  for await (const line of lines) {
    batch.push(judge(deps, line, seen));
    if (batch.length < batchLines) continue;
    yield await done();
    batch = [];
  }
  if (batch.length > 0) yield await done();
}

export type LineCounts = Readonly<Record<LineOutcome, number>>;

export const noLines: LineCounts = { added: 0, changed: 0, unchanged: 0, duplicate: 0, refused: 0 };

export function withLine(counts: LineCounts, { outcome }: LineResult): LineCounts {
  return { ...counts, [outcome]: counts[outcome] + 1 };
}

function judge(deps: EditDeps, { line, row }: TableRow<Parameters<typeof checkLine>[0]>, seen: Seen): Judged {
  const entry = typeof row === 'string' ? row : checkLine(row, deps.clock.now());
  if (typeof entry === 'string') return { result: { line, outcome: 'refused', reason: entry }, entry: null };
  const [fingerprint] = fingerprintsOf(deps.keyring, entry.person);
  if (fingerprint === undefined) throw new Error('a person without fingerprint');
  if (!seen.add(fingerprint)) return { result: { line, outcome: 'duplicate', reason: null }, entry: null };
  return { result: { line, outcome: 'added', reason: null }, entry };
}

async function store(deps: EditDeps, { result, entry }: Judged, options: ListImport): Promise<LineResult> {
  if (entry === null) return result;
  const { list, actor, dryRun, insist } = options;
  const there = await insist(() => findEntry(deps, list, entry.person));
  if (!there) {
    const fields = fieldsOf(entry, newFields(deps));
    if (fields === null) return { ...result, outcome: 'refused', reason: endsFirst };
    if (dryRun) return result;
    const added = await insist(() => addEntry(deps, { list, person: entry.person, fields }, actor));
    // Somebody else listed them since we looked: then what the file says is a change.
    return added.outcome === 'added' ? result : store(deps, { result, entry }, options);
  }
  const { validFrom, validTo } = there;
  const before = { validFrom, validTo, note: openNote(deps.keyring, there) };
  const fields = fieldsOf(entry, before);
  if (fields === null) return { ...result, outcome: 'refused', reason: endsFirst };
  if (dryRun) return { ...result, outcome: isSame(fields, before) ? 'unchanged' : 'changed' };
  const seen = { list, id: there.id, version: null };
  const change = (current: EntryFields) => fieldsOf(entry, current) ?? current;
  const edited = await insist(() => changeEntry(deps, seen, change, actor));
  if (edited.outcome === 'missing') return store(deps, { result, entry }, options);
  return { ...result, outcome: edited.outcome === 'changed' ? 'changed' : 'unchanged' };
}

const endsFirst = 'to-before-from';

const newFields = ({ clock }: EditDeps): EntryFields => ({
  validFrom: startOfDay(dayOf(clock.now())),
  validTo: null,
  note: null,
});

/** What the line says, and what it does not say as before; null where the whole would end before it begins. */
function fieldsOf({ person: _person, ...said }: ListLine, before: EntryFields): EntryFields | null {
  const fields = { ...before, ...said };
  return fields.validTo !== null && fields.validTo <= fields.validFrom ? null : fields;
}

function isSame(one: EntryFields, other: EntryFields): boolean {
  return one.validFrom === other.validFrom && one.validTo === other.validTo && one.note === other.note;
}
