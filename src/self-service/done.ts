import type { TextRef } from '../http/views.ts';

/** What a page says after a change, in `?done=`: of this list only, so that no address can put words on our pages. */
const doneNotices = {
  profile: 'profile.done',
  password: 'change-password.done',
  'password-meanwhile': 'change-password.done-meanwhile',
  'address-change-dropped': 'email.done-dropped',
  'devices-out': 'devices.done-others',
  'device-out': 'devices.done-out',
  'device-forgotten': 'devices.done-forgotten',
  'access-revoked': 'apps.done',
  unlinked: 'unlink.done',
  'factor-added': 'factors.done-added',
  'factor-removed': 'factors.done-removed',
  'passkey-renamed': 'factors.done-renamed',
  'factors-always': 'factors.done-always',
  'factors-not-always': 'factors.done-not-always',
  'factors-meanwhile': 'factors.done-meanwhile',
  'enrolment-over': 'authenticator.over',
  'address-kept': 'address-change.done',
} as const;

export type DoneNotice = keyof typeof doneNotices;

export function doneNotice(asked: unknown): TextRef | null {
  if (typeof asked !== 'string' || !Object.hasOwn(doneNotices, asked)) return null;
  // A cast: hasOwn has just said so.
  return { key: doneNotices[asked as DoneNotice] };
}
