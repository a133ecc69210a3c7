import { type EmailAddress, parseEmailAddress } from '../accounts/email-address.ts';
import { detectFormat, legacyFormats, nameOfStranger } from '../accounts/legacy-hashes/formats.ts';
import type { LegacyHash } from '../accounts/legacy-hashes/legacy-hash.ts';
import { isLocale, type Locale } from '../http/locale.ts';
import type { Instant } from '../ids.ts';
import type { Column, RawUser } from './read-users.ts';

export type OldPassword = { readonly format: string; readonly hash: string; readonly read: LegacyHash };

export type UserToImport = {
  readonly email: EmailAddress;
  /** null: set by mail. */
  readonly password: OldPassword | null;
  readonly locale: Locale;
  readonly nickname: string | null;
  readonly activatedAt: Instant | null;
  readonly mustChange: boolean;
  readonly createdAt: Instant;
};

export type CheckedRow =
  /** `repairs`: what was put right, and in which column. */
  | { readonly ok: true; readonly user: UserToImport; readonly repairs: readonly string[] }
  | { readonly ok: false; readonly outcome: 'invalid-address' | 'refused'; readonly reason: string };

/** The reason is told; it never holds what stood in the row. */
class Refused extends Error {}

const maxNicknameLetters = 100;
const defaultLocale: Locale = 'fi';

/** Pure; `now` is what dates are measured by. */
export function checkRow(raw: RawUser, now: Instant): CheckedRow {
  const repairs: string[] = [];
  const field = (column: Column) => tidied(raw[column] ?? '', column, repairs);
  const parsed = parseEmailAddress(field('email'));
  if (!parsed.ok) return { ok: false, outcome: 'invalid-address', reason: `email-${parsed.fault}` };
  try {
    const createdAt = dateOf(field('created'), 'created', now) ?? now;
    const user = {
      email: parsed.address,
      password: passwordOf(field('hash'), field('hash_format'), repairs),
      locale: localeOf(field('locale'), repairs),
      nickname: nicknameOf(field('nickname')),
      activatedAt: activatedOf(field('activated'), createdAt, now),
      mustChange: flagOf(field('must_change')) ?? refuse('must_change-unclear'),
      createdAt,
    };
    return { ok: true, user, repairs };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ok: false, outcome: 'refused', reason: error.message };
  }
}

function refuse(reason: string): never {
  throw new Refused(reason);
}

/** Without space around it, and composed (NFC): what differs by these only is the same. */
function tidied(value: string, column: Column, repairs: string[]): string {
  const trimmed = value.trim();
  if (trimmed !== value) repairs.push(`${column}-trimmed`);
  const composed = trimmed.normalize('NFC');
  if (composed !== trimmed) repairs.push(`${column}-nfc`);
  return composed;
}

function passwordOf(hash: string, formatName: string, repairs: string[]): OldPassword | null {
  if (hash === '') return null;
  // Django's mark of an account that has no password.
  if (hash.startsWith('!')) {
    repairs.push('hash-unusable-left-out');
    return null;
  }
  const lower = formatName.toLowerCase();
  if (lower !== formatName) repairs.push('hash_format-case');
  const format = lower === '' ? detectFormat(hash) : lower;
  if (format === null) return refuse(`hash-unknown: ${nameOfStranger(hash)}`);
  const read = legacyFormats.get(format)?.read(hash) ?? refuse('hash_format-unknown');
  if (typeof read === 'string') return refuse(`hash-${read}: ${format}`);
  return { format, hash, read };
}

/** `sv-FI` is `sv`; a language that Avain does not speak becomes its own. */
function localeOf(value: string, repairs: string[]): Locale {
  if (isLocale(value)) return value;
  const language = value.toLowerCase().split(/[-_]/)[0];
  if (value !== '') repairs.push('locale');
  return isLocale(language) ? language : defaultLocale;
}

/** No control characters, no line ends, nothing that turns the direction of the text around it. */
const unshowable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

function nicknameOf(value: string): string | null {
  if (unshowable.test(value)) return refuse('nickname-control-characters');
  if ([...value].length > maxNicknameLetters) return refuse('nickname-too-long');
  return value === '' ? null : value;
}

/** null = neither yes nor no. */
function flagOf(value: string): boolean | null {
  if (/^(true|t|yes|y|1)$/i.test(value)) return true;
  return /^(|false|f|no|n|0)$/i.test(value) ? false : null;
}

function activatedOf(value: string, createdAt: Instant, now: Instant): Instant | null {
  const flag = flagOf(value);
  if (flag !== null) return flag ? createdAt : null;
  return dateOf(value, 'activated', now);
}

/** A day, or a day and a time as ISO 8601 or SQL write it; UTC where nothing else is said. null where there is none. */
function dateOf(value: string, column: Column, now: Instant): Instant | null {
  if (value === '') return null;
  const shape = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/;
  const [, day, time = '00:00', zone = 'Z'] = shape.exec(value) ?? [];
  const at = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${zone}`);
  if (Number.isNaN(at)) return refuse(`${column}-no-date`);
  // `2023-02-30` would become a day of March.
  if (!new Date(Date.parse(`${day}T00:00Z`)).toISOString().startsWith(`${day}`)) return refuse(`${column}-no-date`);
  if (at > now) return refuse(`${column}-in-the-future`);
  return at;
}
