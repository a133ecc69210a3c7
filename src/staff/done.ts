import type { TextRef } from '../http/views.ts';

/** What a page says after a change, in `?done=`: of this list only, so that no address can put words on our pages. */
const doneNotices = {
  added: 'staff.done-added',
  there: 'staff.done-there',
  changed: 'staff.done-changed',
  unchanged: 'staff.done-unchanged',
  ended: 'staff.done-ended',
  removed: 'staff.done-removed',
  gone: 'staff.done-gone',
} as const;

export type StaffDone = keyof typeof doneNotices;

export function staffDone(asked: unknown): TextRef | null {
  if (typeof asked !== 'string' || !Object.hasOwn(doneNotices, asked)) return null;
  // A cast: hasOwn has just said so.
  return { key: doneNotices[asked as StaffDone] };
}
