/** What tokens and userinfo say of an account (decisions.md §5): verified names come only from the last identification. */
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { type ConsentItem, consentItems } from '../http/views.ts';
import { ageInYears } from '../identity/hetu.ts';
import { openIdentityCode, openPerson } from '../identity/national-id.ts';
import type { Instant } from '../ids.ts';
import type { Account, VerifiedPerson } from './account.ts';

/** By scope (OpenID Connect Core 5.4); `openid` holds what every ID token says. */
export const claimsByScope = {
  openid: ['sub', 'acr', 'amr', 'auth_time', 'identified_at'],
  email: ['email', 'email_verified'],
  profile: ['name', 'given_name', 'family_name', 'nickname'],
  birthdate: ['birthdate'],
  age_over_18: ['age_over_18'],
  national_id: ['national_id'],
};

/**
 * What a client may see, in the words of the consent page: asked for as scopes, or claim by claim (OpenID Connect Core 5.5)
 * where the scope is the client's.
 */
export function consentItemsOf(
  client: Pick<Client, 'scopes' | 'offlineAccess'>,
  scopes: readonly string[],
  claims: readonly string[],
): readonly ConsentItem[] {
  const byClaim = Object.entries(claimsByScope).filter(([, names]) => names.some((name) => claims.includes(name)));
  const asked = [...scopes, ...byClaim.map(([scope]) => scope)];
  const told = new Set(asked.filter((scope) => client.scopes.some((own) => own === scope)));
  // A refresh token comes with every code of such a client, whatever scope it asks for: so it is always told.
  return consentItems.filter((item) => told.has(item) || (item === 'offline_access' && client.offlineAccess));
}

const personScopes = ['profile', 'birthdate', 'age_over_18'];

type ClaimsDeps = Pick<Deps, 'keyring' | 'clock' | 'storage'>;

/**
 * The scopes whose claims may be told: asked for as scopes or claim by claim (the `claims` parameter), and in both cases
 * only what this client's own configuration allows.
 */
function allowedScopes({ client, scopes, claims }: ClaimsInput): string[] {
  const asked = Object.entries(claimsByScope).filter(
    ([scope, names]) => scopes.includes(scope) || names.some((name) => claims.includes(name)),
  );
  return asked.map(([scope]) => scope).filter((scope) => client.scopes.some((allowed) => allowed === scope));
}

function personClaims({ keyring, clock }: ClaimsDeps, account: Account, scopes: readonly string[]) {
  if (account.sealedPerson === null || !personScopes.some((scope) => scopes.includes(scope))) return {};
  // A cast: only sealAccountPerson writes this field.
  const person = JSON.parse(openPerson(keyring, account, account.sealedPerson)) as VerifiedPerson;
  const { name, givenName, familyName, birthdate } = person;
  const profile = {
    ...(name !== null && { name }),
    ...(givenName !== null && { given_name: givenName }),
    ...(familyName !== null && { family_name: familyName }),
  };
  const ofAge = () => birthdate !== null && { age_over_18: ageInYears(birthdate, clock.now()) >= 18 };
  return {
    ...(scopes.includes('profile') && profile),
    ...(scopes.includes('birthdate') && birthdate !== null && { birthdate }),
    ...(scopes.includes('age_over_18') && ofAge()),
  };
}

/** Never released without a recorded legal basis of this client; each release leaves an audit record. */
async function nationalIdClaim(
  { keyring, clock, storage }: ClaimsDeps,
  account: Account,
  client: Client,
  scopes: readonly string[],
) {
  const allowed = client.nationalId.release && client.nationalId.legalBasis !== null;
  if (!allowed || account.identity === null || !scopes.includes('national_id')) return {};
  await storage.audit.append({
    at: clock.now(),
    event: 'national-id.released',
    accountId: account.id,
    clientId: client.id,
    journeyId: null,
    details: {},
  });
  return { national_id: openIdentityCode(keyring, account, account.identity.sealedCode) };
}

export type ClaimsInput = {
  readonly account: Account;
  readonly client: Client;
  readonly scopes: readonly string[];
  /** Names that the `claims` parameter asks for at this place (OpenID Connect Core 5.5). */
  readonly claims: readonly string[];
  /** Of the identification that the `acr` at hand stands on; null where the level is e-mail only. */
  readonly identifiedAt: Instant | null;
};

/** Everything this client may be told here; the library then keeps what was asked for. */
export async function claimsOf(deps: ClaimsDeps, input: ClaimsInput) {
  const { account, client, identifiedAt } = input;
  const scopes = allowedScopes(input);
  const email = { email: account.email, email_verified: account.activatedAt !== null };
  return {
    sub: account.id,
    ...(scopes.includes('email') && email),
    ...(scopes.includes('profile') && account.nickname !== null && { nickname: account.nickname }),
    ...(identifiedAt !== null && { identified_at: Math.floor(identifiedAt / 1000) }),
    ...personClaims(deps, account, scopes),
    ...(await nationalIdClaim(deps, account, client, scopes)),
  };
}
