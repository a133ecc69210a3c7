import { type ClientMetadata, type Configuration, errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import type { DialectRules } from './dialect-rules.ts';
import type { Switches } from './start-page.ts';

type Claims = Record<string, unknown>;

const longestSeconds = 600;
const longestAssertionSeconds = 3600;

/** How a client of this dialect must send its requests; the library checks signature, issuer and audience itself. */
export function requestRegistration({ requests }: DialectRules): Partial<ClientMetadata> {
  return {
    request_object_signing_alg: 'RS256',
    require_signed_request_object: requests !== 'pushed',
    require_pushed_authorization_requests: requests === 'pushed',
  };
}

/** What real brokers demand of request object and client assertion, and the library alone would let be absent. */
export function requestRules(rules: DialectRules, switches: Switches) {
  const seen = new Map<string, number>();
  return {
    requestObject: async (ctx: KoaContextWithOIDC, claims: Claims, header: Claims) => {
      assertParameters(claims);
      // A pushed request comes here again when the person arrives; its signature was judged when it was pushed.
      if (ctx.oidc.entities.PushedAuthorizationRequest || switches.scenario === 'accepts-unsigned') return;
      assertObject(claims, header);
      if (switches.scenario !== 'accepts-replay') assertUnused(seen, claims);
    },
    clientAssertion: async (ctx: KoaContextWithOIDC, claims: Claims, header: Claims) => {
      const fault = (message: string) => new errors.InvalidClientAuth(message);
      if (!header['kid']) throw fault('kid is missing');
      const { exp, aud } = claims;
      if (typeof exp !== 'number' || exp > Date.now() / 1000 + longestAssertionSeconds)
        throw fault('exp is too far away');
      if (ctx.oidc.route !== 'token' || rules.assertionAudience === null) return;
      const expected = rules.assertionAudience === 'issuer' ? ctx.oidc.provider.issuer : ctx.oidc.urlFor('token');
      if (![aud].flat().includes(expected)) throw fault(`aud must be ${rules.assertionAudience}`);
    },
  } satisfies {
    requestObject: NonNullable<NonNullable<Configuration['features']>['requestObjects']>['assertJwtClaimsAndHeader'];
    clientAssertion: Configuration['assertJwtClientAuthClaimsAndHeader'];
  };
}

function assertParameters({ nonce, ftn_spname: serviceName }: Claims): void {
  if (typeof nonce !== 'string' || nonce.length < 22) throw fault('nonce of at least 128 bits is missing');
  if (typeof serviceName !== 'string') throw fault('ftn_spname is missing');
}

function assertObject({ exp, jti }: Claims, header: Claims): void {
  if (!header['kid']) throw fault('kid is missing');
  if (typeof exp !== 'number' || exp > Date.now() / 1000 + longestSeconds) {
    throw fault('exp is missing or more than 10 minutes away');
  }
  if (typeof jti !== 'string') throw fault('jti is missing');
}

function assertUnused(seen: Map<string, number>, { jti, exp }: Claims): void {
  const now = Date.now() / 1000;
  for (const [old, expiry] of seen) if (expiry < now) seen.delete(old);
  if (seen.has(String(jti))) throw fault('jti was used before');
  seen.set(String(jti), Number(exp));
}

const fault = (message: string) => new errors.InvalidRequestObject(message);

/** OP's own samples name the authorization endpoint as audience of the request object; the library knows the issuer only. */
export function withRequestAudience(provider: Provider, { requestAudience, paths }: DialectRules): Provider {
  if (requestAudience === 'issuer') return provider;
  const { issuer } = provider;
  // The library reads what it compares with from its context, whose class the types leave out.
  const { prototype } = (provider as unknown as { OIDCContext: { prototype: object } }).OIDCContext;
  Object.defineProperty(prototype, 'issuer', {
    get(this: { route: string }) {
      return this.route === 'authorization' ? `${issuer}${paths.authorization}` : issuer;
    },
  });
  return provider;
}
