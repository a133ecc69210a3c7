import type { IDToken, TokenEndpointResponse, UserInfoResponse } from 'openid-client';
import type { ExpiringMap } from './expiring-map.ts';

/** Who is signed in at this portal in one browser. */
export type PortalSession = Readonly<{
  claims: IDToken;
  userinfo: UserInfoResponse;
  /** For `id_token_hint` when signing out. */
  idToken: string;
  refreshToken: string | undefined;
}>;

/** Sessions by the random id in the browser's cookie. */
export type PortalSessions = ExpiringMap<PortalSession>;

/** As long as Avain's own sessions at most. */
export const sessionTtlSeconds = 12 * 60 * 60;

/** Puts together what the two endpoints said; `idToken` and claims of before where a refresh gave no new ones. */
export function sessionFrom(
  tokens: TokenEndpointResponse,
  claims: IDToken,
  userinfo: UserInfoResponse,
  before?: PortalSession,
): PortalSession {
  return {
    claims,
    userinfo,
    idToken: tokens.id_token ?? before?.idToken ?? '',
    // A public client's refresh token rotates; a confidential one's may be left out of the answer.
    refreshToken: tokens.refresh_token ?? before?.refreshToken,
  };
}
