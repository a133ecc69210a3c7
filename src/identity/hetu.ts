/**
 * The Finnish personal identity code (henkilötunnus, HETU): `DDMMYY S NNN C`, 11 characters.
 *
 * Our own parser, since no package knows all the signs and rules (Government decree 128/2010 as changed for 2023).
 * Pure; what it returns is personal data of the most sensitive kind: never in a log, URL, page or error. A fault names
 * the rule, never the code.
 */

export type Hetu = {
  /** All 11 characters, upper case. The sign in the middle is part of the identity: two people may differ in it only. */
  readonly code: string;
  /** `YYYY-MM-DD` */
  readonly birthdate: string;
  /** Individual number 900–999: temporary and test codes, never given to a person for good. */
  readonly artificial: boolean;
};

export type HetuFault = 'form' | 'date' | 'future' | 'individual-number' | 'artificial' | 'check-character';

const centuries: readonly (readonly [signs: string, century: number])[] = [
  ['+', 1800],
  ['-YXWVU', 1900],
  ['ABCDEF', 2000],
];

const shape = /^(\d{2})(\d{2})(\d{2})([-+A-FU-Y])(\d{3})([0-9A-Z])$/;
const checkCharacters = '0123456789ABCDEFHJKLMNPRSTUVWXY';

export type HetuOptions = { readonly allowArtificial: boolean; readonly now: number };

/** Dashes of every kind, and the minus sign: telephones and word processors put them where a hyphen was meant. */
const dashes = /[\p{Pd}\u2212]/gu;
const mostTyped = 100;

/**
 * Reads a code that a person typed: spaces anywhere, lower case, any dash and full-width characters are forgiven; what is
 * forgiven is how it was typed, never what. Otherwise as `parseHetu`.
 */
export function parseTypedHetu(value: string, options: HetuOptions): ReturnType<typeof parseHetu> {
  if (value.length > mostTyped) return { ok: false, reason: 'form' };
  const meant = value.normalize('NFKC').replaceAll(/\s/g, '').replaceAll(dashes, '-').toUpperCase();
  return parseHetu(meant, options);
}

/**
 * Reads a code as a program sends it, and repairs nothing: a broker that sends it otherwise may send another one. `now` is
 * epoch milliseconds; "in the future" is by the Finnish date. The individual number tells nothing here: sex is not read
 * from it.
 */
export function parseHetu(
  value: string,
  options: HetuOptions,
): { ok: true; value: Hetu } | { ok: false; reason: HetuFault } {
  const found = shape.exec(value);
  if (found === null) return { ok: false, reason: 'form' };
  const [day = '', month = '', year = '', sign = '', number = '', check = ''] = found.slice(1);
  const birthdate = calendarDate(centuryOf(sign) + Number(year), Number(month), Number(day));
  if (birthdate === null) return { ok: false, reason: 'date' };
  if (Number(number) < 2) return { ok: false, reason: 'individual-number' };
  if (check !== checkCharacters[Number(day + month + year + number) % 31])
    return { ok: false, reason: 'check-character' };
  if (birthdate > finnishDate(options.now)) return { ok: false, reason: 'future' };
  const artificial = Number(number) >= 900;
  if (artificial && !options.allowArtificial) return { ok: false, reason: 'artificial' };
  return { ok: true, value: { code: day + month + year + sign + number + check, birthdate, artificial } };
}

/**
 * Full years on the Finnish calendar date of `now` (epoch milliseconds). Who was born on 29 February turns a year older
 * on 1 March of a common year.
 */
export function ageInYears(birthdate: string, now: number): number {
  const today = finnishDate(now);
  const years = Number(today.slice(0, 4)) - Number(birthdate.slice(0, 4));
  return today.slice(5) < birthdate.slice(5) ? years - 1 : years;
}

// The Swedish locale writes ISO 8601 dates.
const helsinki = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Helsinki',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

const finnishDate = (now: number) => helsinki.format(now);

function centuryOf(sign: string): number {
  return centuries.find(([signs]) => signs.includes(sign))?.[1] ?? Number.NaN;
}

/** `YYYY-MM-DD` if the calendar has that day, else null. */
function calendarDate(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.toISOString().slice(0, 10) : null;
}
