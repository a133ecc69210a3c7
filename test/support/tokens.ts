/** Tokens as a client of today gets and judges them: by openid-client, which checks signature, iss, aud, nonce, times. */
import * as client from 'openid-client';
import type { Site } from './start-world.ts';
import { type Authorization, clientSecret } from './stories.ts';
import type { Answer } from './visitor.ts';

export type Tokens = Awaited<ReturnType<typeof client.authorizationCodeGrant>>;

const publicClients = new Set(['test-public', 'test-third', 'kuitti']);

/** `aheadMs`: how far the service's clock was moved. */
export async function relyingParty(world: Site, id = 'test-web', aheadMs = 0): Promise<client.Configuration> {
  const authentication = publicClients.has(id)
    ? client.None()
    : client.ClientSecretBasic(await clientSecret(world, id));
  const metadata = { [client.clockSkew]: Math.round(aheadMs / 1000) };
  const insecure = { execute: [client.allowInsecureRequests] };
  return client.discovery(new URL(world.issuer), id, metadata, authentication, insecure);
}

/** Redeems the code that `end` (the client's callback) carries; throws what openid-client finds wrong. */
export async function tokensOf(world: Site, request: Authorization, end: Answer, aheadMs = 0): Promise<Tokens> {
  const { searchParams } = request.url;
  const maxAge = searchParams.get('max_age');
  return client.authorizationCodeGrant(await relyingParty(world, request.client, aheadMs), end.url, {
    expectedState: searchParams.get('state') ?? '',
    expectedNonce: searchParams.get('nonce') ?? '',
    pkceCodeVerifier: request.verifier,
    idTokenExpected: true,
    ...(maxAge !== null && { maxAge: Number(maxAge) }),
  });
}

export type Claims = NonNullable<ReturnType<Tokens['claims']>>;

/** The checked claims of the ID token. */
export async function claimsOf(world: Site, request: Authorization, end: Answer, aheadMs = 0): Promise<Claims> {
  const claims = (await tokensOf(world, request, end, aheadMs)).claims();
  if (claims === undefined) throw new Error('no ID token');
  return claims;
}

/** What the client's callback says instead of a code: the OAuth error, or null. */
export const errorOf = (end: Answer): string | null => end.url.searchParams.get('error');
