/** A county's CSV file: the names that its columns may have, and what a line of it is worth. */
import { atMost, csvRows, TableRefused, type TableRow } from '../csv/table-file.ts';
import type { Instant } from '../ids.ts';
import type { ListedPerson } from './entry.ts';
import { readMoment, type Side } from './moment.ts';
import { readAddress, readCode, readNote } from './typed.ts';

/** The first name of each is what exports in English have; compared without regard to case, with `_` or a space. */
export const columnNames = {
  identity_code: ['identity_code', 'henkilötunnus', 'hetu', 'personbeteckning'],
  email: ['email', 'e-mail', 'sähköposti', 'sähköpostiosoite', 'e-post', 'e-postadress'],
  valid_from: ['valid_from', 'voimassa_alkaen', 'alkaen', 'giltig_från', 'från'],
  valid_to: ['valid_to', 'voimassa_asti', 'asti', 'giltig_till', 'till'],
  note: ['note', 'huomautus', 'anteckning'],
} as const;
type Column = keyof typeof columnNames;
type RawLine = Readonly<Partial<Record<Column, string>>>;

/** Throws TableRefused, while it is read, for what is no such file or has more lines. */
export function readList(chunks: AsyncIterable<Buffer>, maxLines: number): AsyncIterable<TableRow<RawLine>> {
  return atMost(maxLines, csvRows(chunks, columnsOf));
}

function columnsOf(names: readonly string[] | null): readonly Column[] {
  // A cast: Object.keys forgets whose keys they are.
  const known = Object.keys(columnNames) as Column[];
  const columnOf = (name: string) => known.find((column) => columnNames[column].some((one) => one === name));
  const columns = names?.map((name) => columnOf(name.normalize('NFC').replaceAll(/\s+/g, '_'))) ?? [];
  const found = columns.filter((column) => column !== undefined);
  const ofPerson = found.some((column) => column === 'identity_code' || column === 'email');
  if (found.length !== columns.length || new Set(found).size !== found.length || !ofPerson) {
    const all = known.map((column) => columnNames[column].slice(0, 2).join(' or ')).join(', ');
    throw new TableRefused(
      'columns',
      `The first line must name the columns, each once, one of them of an identity code or an address. Known: ${all}.`,
    );
  }
  return found;
}

/** Absent = the line does not say: of a new entry today and until further notice, of one that is there what it is. */
export type ListLine = {
  readonly person: ListedPerson;
  readonly validFrom?: Instant;
  readonly validTo?: Instant | null;
  readonly note?: string | null;
};

/** Why a line is not taken; it never holds what stands in it. */
class Refused extends Error {}

/** Pure; text = why it is refused. */
export function checkLine(raw: RawLine, now: Instant): ListLine | string {
  try {
    const from = momentIn(raw, 'from');
    const to = momentIn(raw, 'to');
    if (from !== undefined && to !== undefined && to <= from) return 'to-before-from';
    return {
      person: personIn(raw, now),
      ...(from !== undefined && { validFrom: from }),
      ...(raw.valid_to !== undefined && { validTo: to ?? null }),
      ...(raw.note !== undefined && noteIn(raw.note)),
    };
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

function personIn({ identity_code: code = '', email = '' }: RawLine, now: Instant): ListedPerson {
  const [hasCode, hasEmail] = [code.trim() !== '', email.trim() !== ''];
  if (hasCode && hasEmail) throw new Refused('identity-code-and-email');
  if (!hasCode && !hasEmail) throw new Refused('nobody');
  const person = hasCode ? readCode(code, now) : readAddress(email);
  if (typeof person === 'string') throw new Refused(person);
  return person;
}

function momentIn(raw: RawLine, side: Side): Instant | undefined {
  const text = raw[side === 'from' ? 'valid_from' : 'valid_to']?.trim() ?? '';
  if (text === '') return undefined;
  const at = readMoment(text, side);
  if (at === null) throw new Refused(`${side}-no-date`);
  return at;
}

function noteIn(typed: string): { readonly note: string | null } {
  const read = readNote(typed);
  if (typeof read === 'string') throw new Refused(read);
  return read;
}
