import { personas } from '../personas.ts';

/** Somebody the broker vouches for. */
export type TestPerson = Readonly<{
  /** What a `login_hint` calls this person; empty for a person of one's own invention. */
  key: string;
  name: string;
  givenName: string;
  familyName: string;
  identityCode: string;
}>;

/** The demo world's persons, each identity code once. */
export const testPersons: readonly TestPerson[] = personas
  .filter(({ identityCode }, index) => personas.findIndex((other) => other.identityCode === identityCode) === index)
  .map(({ key, name, givenName, familyName, identityCode }) => ({ key, name, givenName, familyName, identityCode }));

const centuries: Readonly<Record<string, string>> = {
  '+': '18',
  ...Object.fromEntries([...'-YXWVU'].map((sign) => [sign, '19'])),
  ...Object.fromEntries([...'ABCDEF'].map((sign) => [sign, '20'])),
};

const checkCharacters = '0123456789ABCDEFHJKLMNPRSTUVWXY';

/**
 * An invented person, or null unless the code is valid and its individual number is 900–999: nobody's real identity
 * code may be typed into a simulator.
 */
export function ownPerson(name: string, code: string): TestPerson | null {
  const identityCode = code.trim().toUpperCase();
  const trimmed = name.replace(/\s+/g, ' ').trim().slice(0, 200);
  const parts = /^(\d{6})[-+YXWVUABCDEF](9\d\d)([0-9A-Y])$/.exec(identityCode);
  if (!parts || trimmed === '') return null;
  const [, date = '', number = '', check] = parts;
  if (checkCharacters[Number(date + number) % 31] !== check) return null;
  if (Number.isNaN(Date.parse(birthdateOf(identityCode)))) return null;
  const space = trimmed.lastIndexOf(' ');
  const [givenName, familyName] = space < 0 ? ['', trimmed] : [trimmed.slice(0, space), trimmed.slice(space + 1)];
  return { key: '', name: trimmed, givenName, familyName, identityCode };
}

/** YYYY-MM-DD, as the code says. */
export function birthdateOf(identityCode: string): string {
  const at = (from: number) => identityCode.slice(from, from + 2);
  return `${centuries[identityCode.charAt(6)] ?? '19'}${at(4)}-${at(2)}-${at(0)}`;
}
