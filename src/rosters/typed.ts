/** What people type about an entry: whom it is about, and the note. A fault names the rule, never what was typed. */
import { type EmailFault, parseEmailAddress } from '../accounts/email-address.ts';
import { type HetuFault, parseTypedHetu } from '../identity/hetu.ts';
import { holdsIdentityCode } from '../identity/holds-code.ts';
import type { Instant } from '../ids.ts';
import type { ListedPerson } from './entry.ts';

export type PersonFault = `identity-code-${HetuFault}` | `email-${EmailFault}`;
export type NoteFault = 'note-too-long' | 'note-control-characters' | 'note-identity-code';

export const maxNoteLetters = 200;

/** Codes of test persons are taken: whether one of them can sign in is for the broker to say. */
export function readCode(typed: string, now: Instant): ListedPerson | PersonFault {
  const hetu = parseTypedHetu(typed, { allowArtificial: true, now });
  return hetu.ok ? { kind: 'identity', value: hetu.value.code } : `identity-code-${hetu.reason}`;
}

/** By the rules of sign-up, so that no address is listed that nobody can have. */
export function readAddress(typed: string): ListedPerson | PersonFault {
  const parsed = parseEmailAddress(typed);
  return parsed.ok ? { kind: 'email', value: parsed.address.canonical } : `email-${parsed.fault}`;
}

// What cannot be seen, or turns the direction of the text around it.
const unshowable = /[\p{Cc}\p{Cf}\p{Surrogate}\u2028\u2029]/u;

/** Tidied; null where there is nothing. */
export function readNote(typed: string): { readonly note: string | null } | NoteFault {
  const note = typed.normalize('NFC').trim();
  if (unshowable.test(note)) return 'note-control-characters';
  if ([...note].length > maxNoteLetters) return 'note-too-long';
  if (holdsIdentityCode(note)) return 'note-identity-code';
  return { note: note === '' ? null : note };
}
