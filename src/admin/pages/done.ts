import type { TextRef } from '../../http/views.ts';

/** What a page says after a change, in `?done=`: of this list only, so that no address can put words on our pages. */
const doneNotices = {
  done: 'admin.done',
  barred: 'admin.done-barred',
  unbarred: 'admin.done-unbarred',
  'sessions-ended': 'admin.done-sessions-ended',
  'factors-reset': 'admin.done-factors-reset',
  'password-ordered': 'admin.done-password-ordered',
  resent: 'admin.done-resent',
  'relinking-asked': 'admin.done-relinking-asked',
  unlinked: 'admin.done-unlinked',
  retried: 'admin.done-retried',
  rotated: 'admin.done-rotated',
  reloaded: 'admin.done-reloaded',
  role: 'admin.done-role',
  erased: 'admin.done-erased',
} as const;

export type AdminDone = keyof typeof doneNotices;

export function adminDone(asked: unknown): TextRef | null {
  if (typeof asked !== 'string' || !Object.hasOwn(doneNotices, asked)) return null;
  // A cast: hasOwn has just said so.
  return { key: doneNotices[asked as AdminDone] };
}
