import { birthdateOf } from './persons.ts';
import type { SimulatedDialect } from './settings.ts';
import type { Identified } from './visits.ts';

const telia = {
  identityCode: 'urn:oid:1.2.246.21',
  familyName: 'urn:oid:2.5.4.4',
  givenName: 'urn:oid:1.2.246.575.1.14',
  birthdate: 'urn:oid:1.3.6.1.5.5.7.9.1',
  name: 'urn:oid:2.16.840.1.113730.3.1.241',
} as const;

const op = {
  identityCode: 'personal_identity_code',
  familyName: 'family_name',
  givenName: 'given_name',
  birthdate: 'birthdate',
  name: 'name',
} as const;

const foreignIdentifier = 'http://eidas.europa.eu/attributes/naturalperson/PersonIdentifier';

/** Every claim that may appear in an ID token of this dialect. */
export function claimNames(dialect: SimulatedDialect): string[] {
  return [...Object.values(dialect === 'telia' ? telia : op), foreignIdentifier, 'session_index'];
}

/** What the ID token says of the person, in the dialect's names. */
export function claimsOf(dialect: SimulatedDialect, { person, scenario, sessionIndex }: Identified) {
  const names = dialect === 'telia' ? telia : op;
  const session = dialect === 'telia' ? { session_index: sessionIndex } : {};
  if (scenario === 'foreigner') {
    return {
      ...session,
      [foreignIdentifier]: 'FI/SE/811228-9874',
      [names.givenName]: 'Sven Åke',
      [names.familyName]: 'Svensson',
      [names.birthdate]: '1981-12-28',
    };
  }
  return {
    ...session,
    [names.givenName]: person.givenName,
    [names.familyName]: person.familyName,
    // OP writes the family name first.
    [names.name]: dialect === 'op' ? `${person.familyName} ${person.givenName}` : person.name,
    ...(scenario === 'no-identity-code'
      ? {}
      : { [names.identityCode]: person.identityCode, [names.birthdate]: birthdateOf(person.identityCode) }),
  };
}

/** The method as `amr` says it: a name that ends in the method, as Telia's do. */
export function amrOf({ method }: Identified): string[] {
  const id = method.kind === 'mobile' ? 'mpki.demo.1' : `oidc.${method.id}.1`;
  return [`https://demotunnistus.example/names/ac/${id}`];
}
