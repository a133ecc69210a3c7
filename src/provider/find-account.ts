import { errors, type FindAccount, type KoaContextWithOIDC } from 'oidc-provider';
import type { Account } from '../accounts/account.ts';
import { isClosed } from '../accounts/account-rules.ts';
import { claimsOf } from '../accounts/claims.ts';
import type { AccountId, Instant } from '../ids.ts';
import type { ProviderDeps } from './deps.ts';
import { journeyOf, resumes } from './policy.ts';
import { recordReuse } from './refresh-reuse.ts';
import { standingOf } from './standing.ts';

type Token = Parameters<FindAccount>[2];

/** When the person identified, for tokens whose level stands on it; read from the session the token was issued in. */
async function identifiedAt({ storage, config }: ProviderDeps, token: Token): Promise<Instant | null> {
  if (!token || !('acr' in token) || token.acr === undefined || token.acr === config.acr.email) return null;
  if (!('sessionUid' in token) || typeof token.sessionUid !== 'string') return null;
  const session = await storage.sessions.get(token.sessionUid);
  return session?.identified?.at ?? null;
}

/**
 * On the way back to the client the policy asks for these next: asked side by side with the account, nobody waits for them
 * one after another. The unit of work remembers the answers; a failure is told to whoever asks in earnest.
 */
async function askAhead({ storage }: ProviderDeps, ctx: KoaContextWithOIDC): Promise<void> {
  const { session } = ctx.oidc;
  if (!resumes(ctx) || !session) return;
  await Promise.allSettled([journeyOf(ctx, storage), storage.sessions.get(session.uid)]);
}

/** @throws InvalidGrant that says so (RFC 6749 5.2), where new terms are in the way: the client must bring the person back. */
async function mayRefresh(deps: ProviderDeps, account: Account, ctx: KoaContextWithOIDC): Promise<boolean> {
  const client = deps.clients.get(ctx.oidc.client?.clientId ?? '');
  if (client === undefined) throw new Error('a refresh for an unknown client');
  const standing = await standingOf(deps, account, client);
  if (standing === 'terms')
    throw new errors.CustomOIDCProviderError('invalid_grant', 'the terms of use must be accepted at a sign-in first');
  return standing === null;
}

/**
 * An account is found by the authorization endpoint as long as it exists (the ladder says what is wrong with it), and by
 * tokens only while it is open: then refresh, userinfo and introspection end at once (security R38). A refresh asks
 * for its standing too, which the access token it gave before does not live long enough to need.
 */
export function accountFinder(deps: ProviderDeps): FindAccount {
  return async (ctx, sub, token) => {
    const [account] = await Promise.all([deps.storage.accounts.byId(sub as AccountId), askAhead(deps, ctx)]);
    if (account === null || (token !== undefined && isClosed(account))) return undefined;
    if (token?.kind === 'RefreshToken') {
      // The library ends its family next.
      if (token.consumed) await recordReuse(deps, token);
      if (!(await mayRefresh(deps, account, ctx))) return undefined;
    }
    return {
      accountId: account.id,
      claims: async (use, scope, requested = {}) => {
        const client = deps.clients.get(ctx.oidc.client?.clientId ?? '');
        if (client === undefined) throw new Error('claims for an unknown client');
        // The library leaves what scopes ask for out of ID tokens; here it is not even unsealed, nor recorded as released.
        const scopes = use === 'id_token' ? ['openid'] : scope.split(' ');
        const claims = Object.keys(requested);
        return claimsOf(deps, { account, client, scopes, claims, identifiedAt: await identifiedAt(deps, token) });
      },
    };
  };
}
