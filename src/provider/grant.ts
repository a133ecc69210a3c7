/** The Grant of a session and client: reused while it lives, made from what the person may and did allow. */
import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import type { Account } from '../accounts/account.ts';
import { consentNeeded, notGiven } from '../accounts/consent.ts';
import type { Client } from '../config/schema.ts';
import { deviceLookOf } from '../http/device-look.ts';
import type { AccountId } from '../ids.ts';
import { acrOf } from '../journey/acr.ts';
import type { ProviderDeps } from './deps.ts';
import { type Decide, journeyOf } from './policy.ts';
import { bindSession } from './session-facts.ts';

/** What this request may be given: all a first-party client asks, what the person allowed to a third-party one. */
async function allowed(ctx: KoaContextWithOIDC, client: Client, { storage }: ProviderDeps) {
  const scopes = [...ctx.oidc.requestParamOIDCScopes];
  const claims = [...ctx.oidc.requestParamClaims];
  if (client.party === 'first') return { scopes, claims };
  const account: Account | null = await storage.accounts.byId(ctx.oidc.account?.accountId as AccountId);
  // Of claims that this client is never told there is nothing to allow: in the Grant they keep the library from asking.
  const missing = notGiven(consentNeeded(client, { scopes, claims }), account?.consents[client.id]);
  return {
    scopes: scopes.filter((scope) => !missing.scopes.includes(scope)),
    claims: claims.filter((claim) => !missing.claims.includes(claim)),
  };
}

async function existingGrant(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { session, client, provider } = ctx.oidc;
  const id = session && client && session.grantIdFor(client.clientId);
  return id ? provider.Grant.find(id) : undefined;
}

function covers(grant: Grant, scopes: readonly string[], claims: readonly string[]): boolean {
  const granted = new Set(grant.getOIDCScopeEncountered().split(' '));
  const encountered = grant.getOIDCClaimsEncountered();
  return scopes.every((scope) => granted.has(scope)) && claims.every((claim) => encountered.includes(claim));
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
    const { scopes, claims } = await allowed(ctx, client, deps);
    const existing = await existingGrant(ctx);
    const resources = asked(ctx, client);
    if (existing && covers(existing, scopes, claims) && coversResources(existing, resources)) return existing;
    if (scopes.length === 0 && resources.length === 0) return existing;
    const grant = existing ?? new provider.Grant({ accountId: account.accountId, clientId: client.id });
    for (const [resource, names] of resources) grant.addResourceScope(resource, names.join(' '));
    if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '));
    grant.addOIDCClaims(claims);
    await grant.save();
    return grant;
  };
}
