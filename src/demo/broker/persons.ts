import { personas } from '../personas.ts';
import { checkCharacter, isNobodys } from './identity-codes.ts';

/** Somebody the broker vouches for. */
export type TestPerson = Readonly<{
  /** What a `login_hint` calls this person; empty for a person of one's own invention. */
  key: string;
  name: string;
  /** Empty where the person has one name only. */
  givenName: string;
  familyName: string;
  identityCode: string;
}>;

/** The demo world's persons, each identity code once. */
export const worldPersons: readonly TestPerson[] = personas
  .filter(({ identityCode }, index) => personas.findIndex((other) => other.identityCode === identityCode) === index)
  .map(({ key, name, givenName, familyName, identityCode }) => ({ key, name, givenName, familyName, identityCode }));

/** Names and codes that programs stumble over; with the world's persons, every sign between date and number occurs. */
export const oddPersons: readonly TestPerson[] = [
  person('aakkoset', 'Åsa Märta-Stiina', 'Sjöholm-Äikäs', '300605C908S'),
  person('aateli', 'Carl Gustaf', 'von der Pahlen', '150708D909P'),
  person('yksinimi', '', 'Teevana', '010109E9104'),
  person(
    'pitka',
    'Maria Aleksandra Vilhelmiina Fredrika Charlotta Antoinette Josefina Kristiina',
    'Lehtovaara-Hirvensalo-Kuusiniemi',
    '280210F911M',
  ),
  person('vanhus', 'Aleksanteri Nikolai', 'Keisari', '110499+9129'),
  person('alaikainen', 'Manu', 'Nuori', turnedThirteenThisYear(new Date().getUTCFullYear())),
];

/** Everybody on the person page, the demo world's persons first. */
export const testPersons: readonly TestPerson[] = [...worldPersons, ...oddPersons];

function person(key: string, givenName: string, familyName: string, identityCode: string): TestPerson {
  return { key, name: `${givenName} ${familyName}`.trim(), givenName, familyName, identityCode };
}

/** Born on New Year's Day, so that the person is 13 on every day of the year, with one code. */
function turnedThirteenThisYear(year: number): string {
  const digits = `0101${String((year - 13) % 100).padStart(2, '0')}913`;
  return `${digits.slice(0, 6)}A${digits.slice(6)}${checkCharacter(digits)}`;
}

/**
 * An invented person, or null unless the code is valid and its individual number is 900–999: nobody's real identity
 * code may be typed into a simulator.
 */
export function ownPerson(name: string, code: string): TestPerson | null {
  const identityCode = code.trim().toUpperCase();
  const trimmed = name.replace(/\s+/g, ' ').trim().slice(0, 200);
  if (trimmed === '' || !isNobodys(identityCode)) return null;
  const space = trimmed.lastIndexOf(' ');
  const [givenName, familyName] = space < 0 ? ['', trimmed] : [trimmed.slice(0, space), trimmed.slice(space + 1)];
  return { key: '', name: trimmed, givenName, familyName, identityCode };
}
