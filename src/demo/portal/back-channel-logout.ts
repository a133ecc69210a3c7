import type { Context } from 'koa';
import { createExpiringMap } from './expiring-map.ts';
import { createLogoutTokenCheck, isEndedBy, seenTtlSeconds } from './logout-token.ts';
import type { Portal } from './portal.ts';

/** OpenID Connect Back-Channel Logout 1.0 §2.5–2.8: 200 when the named sessions are gone, 400 for a bad token. */
export function createBackChannelLogout({ settings, relyingParty, sessions }: Portal, now: () => number) {
  const seen = createExpiringMap<true>(seenTtlSeconds, 10_000, now);
  let check: ReturnType<typeof createLogoutTokenCheck> | undefined;
  return async (ctx: Context): Promise<void> => {
    const metadata = (await relyingParty()).serverMetadata();
    const jwksUri = new URL(metadata.jwks_uri ?? '/jwks', metadata.issuer);
    check ??= createLogoutTokenCheck({ issuer: metadata.issuer, clientId: settings.clientId, jwksUri, seen });
    try {
      const body = ctx.request.body as { logout_token?: unknown } | undefined; // a parsed form: unknown fields
      const notice = await check(String(body?.logout_token ?? ''));
      sessions.removeWhere((session) => isEndedBy(notice, session.claims));
      ctx.status = 200;
      ctx.body = '';
    } catch (error) {
      ctx.status = 400;
      ctx.body = { error: 'invalid_request', error_description: error instanceof Error ? error.message : '' };
    }
  };
}
