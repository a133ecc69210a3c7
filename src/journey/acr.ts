/** Levels of assurance as they are spelled in requests and tokens (decisions.md §5). */
import type { Client, Config } from '../config/schema.ts';
import type { IdentityLevel } from './facts.ts';

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

/**
 * What the request demands. A level we know counts as demanded even where the standard calls it voluntary; unknown
 * levels are ignored, unless essential: then nothing can meet them.
 */
export function demandedLevel(
  client: Client,
  acrValues: readonly string[],
  claim: AcrClaim | null,
  names: AcrNames,
): { level: IdentityLevel | null; unreachable: boolean } {
  const claimed = claimedAcrs(claim);
  const fromClaim = leastKnown(claimed, names);
  const unreachable = claim?.essential === true && claimed.length > 0 && fromClaim === null;
  const demands = [client.assurance.demand, leastKnown(acrValues, names), fromClaim];
  const levels = demands.filter((level) => level === 'substantial' || level === 'high');
  return { level: levels.includes('high') ? 'high' : (levels[0] ?? null), unreachable };
}
