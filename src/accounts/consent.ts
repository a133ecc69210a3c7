/**
 * Consent to a third party (rung `consent`): what of a request needs it, and what of that was given before. Pure. Asked for
 * the page, for the Grant and, last, for every claim that is told.
 */
import type { Client } from '../config/schema.ts';
import { type ConsentItem, consentItems } from '../http/views.ts';
import type { Instant } from '../ids.ts';
import type { GivenConsent } from './account.ts';
import { claimsByScope } from './claims-by-scope.ts';

/** By scope, and claim by claim (the `claims` parameter, OpenID Connect Core 5.5). */
export type Asked = { readonly scopes: readonly string[]; readonly claims: readonly string[] };

type Allowed = Pick<Client, 'scopes' | 'offlineAccess'>;

const includes = (list: readonly string[], name: string): boolean => list.includes(name);
const unique = (list: readonly string[]): string[] => [...new Set(list)];

/** The scope that a claim belongs to; null for those that no scope of its own tells: they say nothing of the person. */
function scopeOf(claim: string): string | null {
  const found = Object.entries(claimsByScope).find(([scope, names]) => scope !== 'openid' && names.includes(claim));
  return found?.[0] ?? null;
}

/** As far as the client may have it at all by its file; what else it asks for is never told, so nobody is asked. */
export function consentNeeded({ scopes: own, offlineAccess }: Allowed, { scopes, claims }: Asked): Asked {
  // A refresh token comes with every code of such a client, whatever scope it asks for: so it is always told.
  const asked = [...scopes, ...(offlineAccess ? ['offline_access'] : [])];
  return {
    scopes: unique(asked).filter((scope) => includes(own, scope)),
    claims: unique(claims).filter((claim) => includes(own, scopeOf(claim) ?? '')),
  };
}

/** What of it is new. A scope that was allowed covers its claims; a claim never covers its scope. */
export function notGiven({ scopes, claims }: Asked, given: GivenConsent | undefined): Asked {
  const [before, named] = [given?.scopes ?? [], given?.claims ?? []];
  return {
    scopes: scopes.filter((scope) => !includes(before, scope)),
    claims: claims.filter((claim) => !includes(named, claim) && !includes(before, scopeOf(claim) ?? '')),
  };
}

/**
 * What of a request may be left out: what scopes ask for is voluntary (OpenID Connect Core 5.4), and so is a claim that is
 * asked for by name unless it is essential (5.5.1). A permission is no claim.
 */
export function mayLeaveOut(item: string, essential: readonly string[]): boolean {
  return item !== 'openid' && item !== 'offline_access' && !essential.some((claim) => scopeOf(claim) === item);
}

const without = ({ scopes, claims }: Asked, items: readonly string[]): Asked => ({
  scopes: scopes.filter((scope) => !includes(items, scope)),
  claims: claims.filter((claim) => !includes(items, scopeOf(claim) ?? '')),
});

/** What of it the person has not decided on. What they left out is asked again only when the client cannot do without. */
export function undecided(asked: Asked, given: GivenConsent | undefined, essential: readonly string[]): Asked {
  const leftOut = (given?.leftOut ?? []).filter((item) => mayLeaveOut(item, essential));
  return without(notGiven(asked, given), leftOut);
}

/** `asked` is allowed but for `leftOut`. What was decided elsewhere meanwhile on other items stays. */
export function decided(
  before: GivenConsent | undefined,
  asked: Asked,
  leftOut: readonly string[],
  givenAt: Instant,
): GivenConsent {
  const both = {
    scopes: unique([...(before?.scopes ?? []), ...asked.scopes]),
    claims: unique([...(before?.claims ?? []), ...asked.claims]),
  };
  const told = consentItemsOf(asked).filter((item) => !includes(leftOut, item));
  const leftOutBefore = (before?.leftOut ?? []).filter((item) => !includes(told, item));
  return { ...without(both, leftOut), leftOut: unique([...leftOutBefore, ...leftOut]), givenAt };
}

export const isNothing = ({ scopes, claims }: Asked): boolean => scopes.length === 0 && claims.length === 0;

/** Everything in `asked` is in `shown` too. */
export const isWithin = (asked: Asked, shown: Asked): boolean =>
  asked.scopes.every((scope) => includes(shown.scopes, scope)) &&
  asked.claims.every((claim) => includes(shown.claims, claim));

/** The names of claims that stand behind it. */
export function claimNames({ scopes, claims }: Asked): readonly string[] {
  const byScope = Object.entries(claimsByScope).filter(([scope]) => includes(scopes, scope));
  return unique([...byScope.flatMap(([, names]) => names), ...claims]);
}

/** In the words of the pages. Who asks for nothing else still learns that it is the same person as before. */
export function consentItemsOf({ scopes, claims }: Asked): readonly ConsentItem[] {
  const told = [...scopes, ...claims.map(scopeOf)];
  const items = consentItems.filter((item) => item !== 'openid' && told.includes(item));
  return items.length === 0 && includes(scopes, 'openid') ? ['openid'] : items;
}
