/** What tokens and userinfo say of an account (decisions.md §5): verified names come only from the last identification. */
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { ageInYears } from '../identity/hetu.ts';
import { openIdentityCode, openPerson } from '../identity/national-id.ts';
import type { Instant } from '../ids.ts';
import { rosterFingerprints } from '../rosters/entry.ts';
import type { Account, VerifiedPerson } from './account.ts';
import { claimsByScope } from './claims-by-scope.ts';
import { claimNames, consentNeeded, notGiven } from './consent.ts';
import { membershipsSeen } from './memberships.ts';

const personScopes = ['profile', 'birthdate', 'age_over_18'];

type ClaimsDeps = Pick<Deps, 'keyring' | 'clock' | 'storage'>;
type Whose = { readonly account: Account; readonly client: Client };

type Told = Readonly<Record<string, string | boolean | readonly string[]>>;

/**
 * The claims that may be told: asked for by scope or by name (the `claims` parameter), in both cases only what this client's
 * own configuration allows and, to a third party, what the person has allowed and not withdrawn.
 */
function mayBeTold({ account, client, scopes, claims }: ClaimsInput): readonly string[] {
  const asked = consentNeeded(client, { scopes, claims });
  if (client.party === 'first') return claimNames(asked);
  const missing = notGiven(asked, account.consents[client.id]);
  return claimNames({
    scopes: asked.scopes.filter((scope) => !missing.scopes.includes(scope)),
    claims: asked.claims.filter((claim) => !missing.claims.includes(claim)),
  });
}

/** Whose values are needed for these claims. */
function scopesOf(names: readonly string[]): readonly string[] {
  const found = Object.entries(claimsByScope).filter(([, claims]) => claims.some((claim) => names.includes(claim)));
  return found.map(([scope]) => scope);
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
async function nationalIdClaim({ keyring, clock, storage }: ClaimsDeps, account: Account, client: Client) {
  const allowed = client.nationalId.release && client.nationalId.legalBasis !== null;
  if (!allowed || account.identity === null) return {};
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

export type ClaimsInput = Whose & {
  readonly scopes: readonly string[];
  /** Names that the `claims` parameter asks for at this place (OpenID Connect Core 5.5). */
  readonly claims: readonly string[];
  /** Of the identification that the `acr` at hand stands on; null where the level is e-mail only. */
  readonly identifiedAt: Instant | null;
};

/** Absent where no list of the client's roster has the person now. */
async function countyClaim({ storage, clock }: ClaimsDeps, { account, client }: Whose, scopes: readonly string[]) {
  if (client.roster === null || !scopes.includes('county')) return {};
  const county = await storage.rosters.countyOf(client.roster.id, rosterFingerprints(account, []), clock.now());
  return county === null ? {} : { county };
}

/** These claims of the person, as far as there is something to tell, but never the identity code. The page of consent shows the same. */
export async function plainClaims(
  deps: ClaimsDeps,
  { account, client }: Whose,
  names: readonly string[],
): Promise<Told> {
  const scopes = scopesOf(names);
  const email = { email: account.email, email_verified: account.activatedAt !== null };
  const all: Told = {
    ...(scopes.includes('email') && email),
    ...(scopes.includes('profile') && account.nickname !== null && { nickname: account.nickname }),
    ...personClaims(deps, account, scopes),
    ...(scopes.includes('roles') && { roles: membershipsSeen(client, account, 'roles') }),
    ...(scopes.includes('groups') && { groups: membershipsSeen(client, account, 'groups') }),
    ...(await countyClaim(deps, { account, client }, scopes)),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

/** Everything this client may be told here; the library then keeps what was asked for. */
export async function claimsOf(deps: ClaimsDeps, input: ClaimsInput) {
  const { account, client, identifiedAt } = input;
  const names = mayBeTold(input);
  return {
    sub: account.id,
    ...(identifiedAt !== null && { identified_at: Math.floor(identifiedAt / 1000) }),
    ...(await plainClaims(deps, { account, client }, names)),
    ...(names.includes('national_id') && (await nationalIdClaim(deps, account, client))),
  };
}
