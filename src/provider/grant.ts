/** The Grant of a session and client: reused while it lives, made from what the person may and did allow. */
import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import type { Account } from '../accounts/account.ts';
import { consentNeeded, notGiven, undecided } from '../accounts/consent.ts';
import type { Client } from '../config/schema.ts';
import { deviceLookOf } from '../http/device-look.ts';
import type { AccountId } from '../ids.ts';
import { acrOf } from '../journey/acr.ts';
import type { ProviderDeps } from './deps.ts';
import { type Decide, journeyOf } from './policy.ts';
import { bindSession } from './session-facts.ts';

type Terms = Readonly<Record<'scopes' | 'claims', readonly string[]>>;
const nothing: Terms = { scopes: [], claims: [] };

/**
 * What this request may be given: all a first-party client asks, what the person allowed to a third-party one; and what they
 * left out, which the library must know as rejected, or it would ask for it again.
 */
async function decidedOn(ctx: KoaContextWithOIDC, client: Client, { storage }: ProviderDeps) {
  const scopes = [...ctx.oidc.requestParamOIDCScopes];
  const claims = [...ctx.oidc.requestParamClaims];
  if (client.party === 'first') return { allowed: { scopes, claims }, leftOut: nothing };
  const account: Account | null = await storage.accounts.byId(ctx.oidc.account?.accountId as AccountId);
  // Of claims that this client is never told there is nothing to allow: in the Grant they keep the library from asking.
  const given = account?.consents[client.id];
  const needed = consentNeeded(client, { scopes, claims });
  const missing = notGiven(needed, given);
  // What became essential since is asked by the ladder, which the library need not repeat.
  const open = undecided(needed, given, []);
  const outside = (list: readonly string[], names: readonly string[]) => list.filter((name) => !names.includes(name));
  return {
    allowed: { scopes: outside(scopes, missing.scopes), claims: outside(claims, missing.claims) },
    leftOut: { scopes: outside(missing.scopes, open.scopes), claims: outside(missing.claims, open.claims) },
  };
}

async function existingGrant(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { session, client, provider } = ctx.oidc;
  const id = session && client && session.grantIdFor(client.clientId);
  return id ? provider.Grant.find(id) : undefined;
}

const within = (names: readonly string[], list: readonly string[]): boolean =>
  names.every((name) => list.includes(name));

const grantedBy = (grant: Grant): Terms => ({
  scopes: grant.getOIDCScope().split(' '),
  claims: grant.getOIDCClaims(),
});
const rejectedBy = (grant: Grant): Terms => ({
  scopes: grant.getRejectedOIDCScope().split(' ').filter(Boolean),
  claims: grant.getRejectedOIDCClaims(),
});
const isWithin = (terms: Terms, all: Terms): boolean =>
  within(terms.scopes, all.scopes) && within(terms.claims, all.claims);

/** Of what was rejected before, that stays which is not allowed now. */
function write(grant: Grant, allowed: Terms, leftOut: Terms): void {
  const before = rejectedBy(grant);
  const still = (name: 'scopes' | 'claims') => [
    ...before[name].filter((one) => !allowed[name].includes(one) && !leftOut[name].includes(one)),
    ...leftOut[name],
  ];
  if (allowed.scopes.length > 0) grant.addOIDCScope(allowed.scopes.join(' '));
  grant.addOIDCClaims([...allowed.claims]);
  grant.rejected = undefined;
  const [scopes, claims] = [still('scopes'), still('claims')];
  if (scopes.length > 0) grant.rejectOIDCScope(scopes.join(' '));
  if (claims.length > 0) grant.rejectOIDCClaims(claims);
}

/**
 * What is asked for at resource servers, each with the scopes it knows. The library has refused those that the client's
 * file does not name, and no third party's file names one (config/client-protocol-rules.ts).
 */
function asked(
  ctx: KoaContextWithOIDC,
  { party }: Client,
): readonly (readonly [resource: string, scopes: readonly string[]])[] {
  // A second wall: nobody was asked on a page whether a third party may.
  if (party === 'third') return [];
  const scopes = [...ctx.oidc.requestParamScopes];
  return Object.entries(ctx.oidc.resourceServers ?? {}).map(
    ([resource, server]) => [resource, scopes.filter((scope) => server.scopes.has(scope))] as const,
  );
}

const coversResources = (grant: Grant, resources: ReturnType<typeof asked>): boolean =>
  resources.every(([resource, scopes]) => {
    const granted = new Set(grant.getResourceScope(resource).split(' '));
    return scopes.every((scope) => granted.has(scope));
  });

/** The level and methods of *this* request, which the library would take from the session: so the code carries them. */
function tellLevel(ctx: KoaContextWithOIDC, acr: string, amr: readonly string[]): void {
  Object.defineProperty(ctx.oidc, 'acr', { value: acr });
  Object.defineProperty(ctx.oidc, 'amr', { value: [...amr] });
}

export function grantLoader(deps: ProviderDeps, decide: Decide) {
  return async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const { session, client: oidcClient, account, provider } = ctx.oidc;
    const client = deps.clients.get(oidcClient?.clientId ?? '');
    if (!session || !account || !client) return undefined;
    // A new Grant each time would end this client's earlier tokens of the session: reuse first.
    const journey = await journeyOf(ctx, deps.storage);
    if (journey && ctx.oidc.result) {
      // A cast: only ids of our accounts are ever put there.
      const accountId = account.accountId as AccountId;
      await bindSession(deps, { uid: session.uid, accountId, journey, look: deviceLookOf(ctx) });
    }
    const decision = await decide(ctx);
    if (decision.kind === 'done') {
      tellLevel(ctx, acrOf(decision.level, deps.config.acr), decision.amr);
    }
    const { allowed, leftOut } = await decidedOn(ctx, client, deps);
    const existing = await existingGrant(ctx);
    const resources = asked(ctx, client);
    const covers = existing && isWithin(allowed, grantedBy(existing)) && isWithin(leftOut, rejectedBy(existing));
    if (covers && coversResources(existing, resources)) return existing;
    if (allowed.scopes.length === 0 && resources.length === 0) return existing;
    const grant = existing ?? new provider.Grant({ accountId: account.accountId, clientId: client.id });
    for (const [resource, names] of resources) grant.addResourceScope(resource, names.join(' '));
    write(grant, allowed, leftOut);
    await grant.save();
    return grant;
  };
}
