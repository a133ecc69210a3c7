import type { DialectRules, PersonClaim } from './dialect-rules.ts';
import { birthdateOf, checkCharacter } from './identity-codes.ts';
import type { Scenario } from './scenarios.ts';
import type { Identified } from './visits.ts';

const foreignIdentifier = 'http://eidas.europa.eu/attributes/naturalperson/PersonIdentifier';

/** Every claim that a scope may bring, in the dialect's names, as oidc-provider's `claims` wants them. */
export function claimsByScope({ scopes, claims }: DialectRules): Record<string, string[]> {
  const named = Object.entries(scopes).map(([scope, brought]): [string, string[]] => [
    scope,
    brought.flatMap((claim) => claims[claim] ?? []),
  ]);
  const all = Object.fromEntries(named);
  return { ...all, openid: ['sub', 'acr', 'amr', 'auth_time', foreignIdentifier, ...(all['openid'] ?? [])] };
}

/** What is said of the person, in the dialect's names. */
export function personClaims(rules: DialectRules, identified: Identified): Record<string, unknown> {
  const { scenario } = identified;
  const said = { ...factsOf(rules, identified), ...(scenario && personFault(scenario, identified)) };
  const named = Object.entries(said).flatMap(([claim, value]) => {
    // The keys of an object literal whose type says so.
    const name = rules.claims[claim as PersonClaim];
    return name === undefined || value === undefined || value === '' ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(named),
    ...(scenario === 'foreigner' && { [foreignIdentifier]: 'FI/SE/811228-9874' }),
  };
}

/** `amr`, for a dialect that tells the method there; the library takes it from the sign-in, not from the person. */
export function amrOf({ claims, methodValue }: DialectRules, { method }: Identified): string[] {
  return claims.method === 'amr' ? [methodValue(method.id, method.kind)].flat() : [];
}

type Facts = Partial<Record<PersonClaim, unknown>>;

function factsOf(rules: DialectRules, { person, method, sessionIndex }: Identified): Facts {
  const { identityCode, givenName, familyName, name } = person;
  return {
    identityCode,
    // Only the mobile certificate knows it.
    electronicId: method.kind === 'mobile' ? electronicId : undefined,
    givenName,
    familyName,
    name: rules.familyNameFirst ? `${familyName} ${givenName}`.trim() : name,
    birthdate: birthdateOf(identityCode),
    scheme: 'fitupas',
    method: rules.methodValue(method.id, method.kind),
    session: sessionIndex,
  };
}

// An electronic client identifier (SATU) of nobody: eight digits and a check character.
const electronicId = `99999999${checkCharacter('99999999')}`;

function personFault(scenario: Scenario, { person: { identityCode } }: Identified): Facts {
  const withoutCode = { identityCode: undefined, birthdate: undefined, electronicId: undefined };
  switch (scenario) {
    case 'no-identity-code':
      return withoutCode;
    case 'foreigner':
      return {
        ...withoutCode,
        givenName: 'Sven Åke',
        familyName: 'Svensson',
        name: undefined,
        birthdate: '1981-12-28',
      };
    case 'changed-identity-code':
      return { identityCode: otherCode(identityCode) };
    case 'bad-check-character':
      return { identityCode: `${identityCode.slice(0, 10)}${identityCode.endsWith('0') ? '1' : '0'}` };
    case 'wrong-birthdate':
      return { birthdate: '1917-12-06' };
    case 'name-only':
      return { givenName: undefined, familyName: undefined };
    default:
      return {};
  }
}

/** The code that this person would get instead: same day and sign, always the same other artificial number. */
function otherCode(identityCode: string): string {
  const date = identityCode.slice(0, 6);
  const number = String(900 + ((Number(identityCode.slice(7, 10)) + 37) % 100));
  return `${date}${identityCode.charAt(6)}${number}${checkCharacter(date + number)}`;
}
