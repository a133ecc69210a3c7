/** Levels of assurance as they are spelled in requests and tokens (decisions.md §5). */
import type { Client, Config } from '../config/schema.ts';
import type { IdentityLevel, RequestFacts } from './facts.ts';

export type AcrNames = Config['acr'];

/** The `claims` parameter's request for `acr` in the ID token (OpenID Connect Core 5.5.1.1). */
export type AcrClaim = { readonly essential?: boolean; readonly value?: unknown; readonly values?: unknown };

export function acrOf(level: IdentityLevel | null, names: AcrNames): string {
  return level === null ? names.email : names[level];
}

export function allAcrs(names: AcrNames): string[] {
  return [names.email, names.substantial, names.high];
}

function levelOf(acr: string, names: AcrNames): IdentityLevel | 'email' | null {
  if (acr === names.substantial) return 'substantial';
  if (acr === names.high) return 'high';
  return acr === names.email ? 'email' : null;
}

const order = { email: 0, substantial: 1, high: 2 };

/** The least of the levels we know in a list of alternatives; null = none of them is known. */
function leastKnown(acrs: readonly string[], names: AcrNames): keyof typeof order | null {
  const known = acrs.map((acr) => levelOf(acr, names)).filter((level) => level !== null);
  return known.sort((a, b) => order[a] - order[b])[0] ?? null;
}

function claimedAcrs(claim: AcrClaim | null): string[] {
  if (claim === null) return [];
  const values = Array.isArray(claim.values) ? claim.values : [claim.value];
  return values.filter((value) => typeof value === 'string');
}

export type Demand = Pick<RequestFacts, 'demandedLevel' | 'demandedBy' | 'acceptedLevels' | 'unreachableAcr'>;

const reaching = (level: keyof typeof order | null): IdentityLevel | null => (level === 'email' ? null : level);

/**
 * What is demanded, and by whom. A level we know counts as demanded even where the standard calls it voluntary; unknown
 * levels are ignored, unless the claim is essential: then the token must name one of its values, and if none is known
 * nothing can.
 */
export function demandOf(
  client: Pick<Client, 'assurance'>,
  acrValues: readonly string[],
  claim: AcrClaim | null,
  names: AcrNames,
): Demand {
  const claimed = claimedAcrs(claim);
  const known = claimed.map((acr) => levelOf(acr, names)).filter((level) => level !== null);
  const essential = claim?.essential === true && claimed.length > 0;
  const asked = [leastKnown(acrValues, names), leastKnown(claimed, names)].map(reaching);
  const request = asked.includes('high') ? 'high' : (asked.find((level) => level !== null) ?? null);
  const { demand } = client.assurance;
  const byRequest = order[request ?? 'email'] > order[demand ?? 'email'];
  return {
    demandedLevel: byRequest ? request : demand,
    demandedBy: byRequest ? 'request' : 'client',
    acceptedLevels: essential ? known : null,
    unreachableAcr: essential && known.length === 0,
  };
}
