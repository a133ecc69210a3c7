/** What clients sign, beyond what the library asks: assertions that prove who they are, and authorization requests. */
import { type ClientAuthMethod, type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Clock } from '../deps.ts';

type AssertAssertion = NonNullable<Configuration['assertJwtClientAuthClaimsAndHeader']>;
type RequestObjects = NonNullable<NonNullable<Configuration['features']>['requestObjects']>;
type AssertRequest = NonNullable<RequestObjects['assertJwtClaimsAndHeader']>;

const longestLifeSeconds = 3_600;
/** A clock that is further ahead is wrong (FAPI 2.0 Security Profile 5.3.2.1, note on clock skew). */
const aheadSeconds = 60;
/** Asymmetric ones of clients; what is not among them, `none` and HMAC above all, is refused. */
export const clientSigningAlgs = ['ES256', 'PS256', 'RS256', 'Ed25519', 'EdDSA'] as const;
const fapiSigningAlgs = new Set<unknown>(['ES256', 'PS256', 'Ed25519', 'EdDSA']);

const isFapi = (ctx: KoaContextWithOIDC): boolean => ctx.oidc.isFapi('2.0') !== undefined;

/** RFC 8725 3.11: a JWT that names another kind is of another kind. */
function isOfKind(typ: unknown, kind: string): boolean {
  return (
    typ === undefined ||
    ['jwt', kind].includes(
      String(typ)
        .toLowerCase()
        .replace(/^application\//, ''),
    )
  );
}

/**
 * RFC 10070: one audience, which is our issuer and no address, or what is made for one server is good at another.
 * The library has seen signature, `iss`, `sub`, `exp` and `jti`, and remembers the `jti` after this.
 */
export function assertAssertion({ now }: Clock): AssertAssertion {
  return (ctx, claims, header) => {
    const seconds = Math.floor(now() / 1_000);
    const refuse = (why: string): never => {
      throw new errors.InvalidClientAuth(why);
    };
    if (claims.aud !== ctx.oidc.issuer) refuse('audience (aud) must be the issuer identifier, as one string');
    if (!isOfKind(header.typ, 'client-authentication+jwt')) refuse('typ names another kind of JWT');
    if (Number(claims.exp) > seconds + longestLifeSeconds + aheadSeconds) refuse('the assertion lives too long');
    if (claims.iat !== undefined && Number(claims.iat) > seconds + aheadSeconds) refuse('iat lies in the future');
    if (isFapi(ctx) && !fapiSigningAlgs.has(header.alg)) refuse('this alg is not allowed by FAPI 2.0');
  };
}

/** RFC 9101, with both ends of its life demanded of everybody (FAPI 2.0 Message Signing 5.3.1). */
export const assertRequestObject: AssertRequest = (ctx, { exp, nbf }, header) => {
  const refuse = (why: string): never => {
    throw new errors.InvalidRequestObject(why);
  };
  if (typeof exp !== 'number' || typeof nbf !== 'number') return refuse('a Request Object must have exp and nbf');
  if (exp <= nbf || exp - nbf > longestLifeSeconds) refuse('exp must come at most 60 minutes after nbf');
  if (!isOfKind(header.typ, 'oauth-authz-req+jwt')) refuse('typ names another kind of JWT');
  // What was pushed without a signature is kept by the library as an unsigned one.
  const unsigned = header.alg === 'none';
  if (isFapi(ctx) && !unsigned && !fapiSigningAlgs.has(header.alg)) refuse('this alg is not allowed by FAPI 2.0');
};

const methods: readonly ClientAuthMethod[] = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'];

/** Those that a client file can name; an HMAC over a shared secret is not among them. */
export function clientAuthMethods(certificates: boolean): ClientAuthMethod[] {
  return certificates ? [...methods, 'self_signed_tls_client_auth'] : [...methods];
}
