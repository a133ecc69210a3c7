import { dayOf, startOfDay } from '../finnish-day.ts';
import type { FormBody } from '../http/form.ts';
import type { FormError } from '../http/views.ts';
import type { Instant } from '../ids.ts';
import type { EntryFields } from '../rosters/edit.ts';
import { readMoment, writtenMoment } from '../rosters/moment.ts';
import { maxNoteLetters, readNote } from '../rosters/typed.ts';

/** What a person typed about an entry, or what is wrong with it, field by field. */
export function readFields(body: FormBody): EntryFields | readonly FormError[] {
  const { validFrom = '', validTo = '', note = '' } = body;
  const from = readMoment(validFrom, 'from');
  const to = validTo.trim() === '' ? null : readMoment(validTo, 'to');
  const read = readNote(note);
  const errors: FormError[] = [];
  if (from === null) errors.push({ field: 'validFrom', text: { key: 'staff.no-date' } });
  if (to === null && validTo.trim() !== '') errors.push({ field: 'validTo', text: { key: 'staff.no-date' } });
  if (from !== null && to !== null && to <= from) errors.push({ field: 'validTo', text: { key: 'staff.ends-first' } });
  if (typeof read === 'string') {
    errors.push({ field: 'note', text: { key: `staff.${read}`, params: { max: maxNoteLetters } } });
  }
  // Both say the same; the second tells the compiler.
  if (errors.length > 0 || from === null || typeof read === 'string') return errors;
  return { validFrom: from, validTo: to, note: read.note };
}

/** As the fields are filled at first: what is stored, or from today on. */
export function writtenFields({ validFrom, validTo, note }: EntryFields) {
  return {
    validFrom: writtenMoment(validFrom, 'from'),
    validTo: validTo === null ? '' : writtenMoment(validTo, 'to'),
    note: note ?? '',
  };
}

export function fromToday(now: Instant): EntryFields {
  return { validFrom: startOfDay(dayOf(now)), validTo: null, note: null };
}
