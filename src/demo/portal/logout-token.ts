import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import type { ExpiringMap } from './expiring-map.ts';

/** Whose sessions end: one session of Avain, or all of a person. */
export type LogoutNotice = Readonly<{ sub: string | undefined; sid: string | undefined }>;

/** What a logout token is checked against. */
export type LogoutExpectations = Readonly<{
  issuer: string;
  clientId: string;
  jwksUri: URL;
  /** Ids of tokens seen, so that each counts once. */
  seen: ExpiringMap<true>;
}>;

const event = 'http://schemas.openid.net/event/backchannel-logout';
const oldestSeconds = 180;

/** How long a token's id must be remembered: longer than any token is accepted. */
export const seenTtlSeconds = 2 * oldestSeconds;

/** Builds the check of logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.6); it rejects with the reason. */
export function createLogoutTokenCheck({
  issuer,
  clientId,
  jwksUri,
  seen,
}: LogoutExpectations): (token: string) => Promise<LogoutNotice> {
  const keys = createRemoteJWKSet(jwksUri);
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: clientId,
      maxTokenAge: oldestSeconds,
      clockTolerance: 5,
      requiredClaims: ['exp', 'iat', 'jti'],
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
    });
    return noticeOf(payload, seen);
  };
}

function noticeOf(payload: JWTPayload, seen: ExpiringMap<true>): LogoutNotice {
  const { events, sub, sid, jti = '' } = payload;
  if (typeof events !== 'object' || events === null || !(event in events)) throw new Error('not a logout event');
  // An ID token has a nonce: it must never pass for a logout token.
  if ('nonce' in payload) throw new Error('a logout token has no nonce');
  if (sub === undefined && typeof sid !== 'string') throw new Error('neither sub nor sid');
  if (seen.get(jti) !== undefined) throw new Error('seen before');
  seen.set(jti, true);
  return { sub, sid: typeof sid === 'string' ? sid : undefined };
}

/** True when the session is one that the notice ends; a session that does not know its `sid` goes by the person. */
export function isEndedBy(notice: LogoutNotice, claims: Readonly<{ sub: string; sid?: unknown }>): boolean {
  if (notice.sub !== undefined && notice.sub !== claims.sub) return false;
  if (notice.sid === undefined || (claims.sid === undefined && notice.sub !== undefined)) return true;
  return notice.sid === claims.sid;
}
