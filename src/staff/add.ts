import { addEntry } from '../rosters/edit.ts';
import type { ListedPerson } from '../rosters/entry.ts';
import { readAddress, readCode } from '../rosters/typed.ts';
import { fromToday, readFields, writtenFields } from './entry-fields.ts';
import type { ListContext, StaffPage } from './staff-page.ts';
import { ofList } from './told.ts';

/** Somebody is put on the list, by identity code or by address. */
export const add: StaffPage<ListContext, 'staff/add'> = {
  view: 'staff/add',
  show: (context, typed) => {
    const empty = writtenFields(fromToday(context.deps.clock.now()));
    const { validFrom = empty.validFrom, validTo = empty.validTo, note = empty.note, person = '' } = typed;
    // An identity code is never sent back to a screen.
    return { ...ofList(context), validFrom, validTo, note, person: person.includes('@') ? person : '' };
  },
  submit: async (context, body) => {
    const { deps, list, listPath, actor } = context;
    const person = readPerson(body.person ?? '', deps.clock.now());
    const fields = readFields(body);
    const wrongs = 'validFrom' in fields ? [] : fields;
    if (typeof person === 'string' || !('validFrom' in fields)) {
      const who = typeof person === 'string' ? [{ field: 'person', text: { key: person } } as const] : [];
      return { kind: 'retry', errors: [...who, ...wrongs] };
    }
    const { outcome, entry } = await addEntry(deps, { list, person, fields }, actor);
    if (outcome === 'added') return { kind: 'done', path: listPath, done: 'added' };
    return { kind: 'done', path: `${listPath}/entries/${entry.id}`, done: 'there' };
  },
};

function readPerson(typed: string, now: number) {
  if (typed.trim() === '') return 'staff.person-required';
  const isAddress = typed.includes('@');
  const read: ListedPerson | string = isAddress ? readAddress(typed) : readCode(typed, now);
  if (typeof read === 'object') return read;
  return isAddress ? 'error.email-invalid' : 'staff.wrong-code';
}
