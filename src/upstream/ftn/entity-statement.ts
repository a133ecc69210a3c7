import { createHash } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, errors, type JWK, jwtVerify } from 'jose';
import { z } from 'zod';
import { webUrl } from '../../config/values.ts';

/** A broker's entity statement after verification: where the broker is, and by which keys it signs its key sets. */
export type EntityStatement = Readonly<{
  /** `iss` and `sub` of the statement and of the signed key sets. */
  entityId: string;
  /** Public; they verify signed key sets and nothing else. */
  entityKeys: readonly JWK[];
  /** null: it does not say; that the file belongs to the configured issuer is then the operator's word alone. */
  issuer: string | null;
  signedJwksUri: string;
  authorizationEndpoint: string | null;
  tokenEndpoint: string | null;
  userInfoEndpoint: string | null;
  pushedAuthorizationEndpoint: string | null;
  /** Algorithms of ID tokens that the broker offers; null: it does not say. */
  idTokenSigning: readonly string[] | null;
  /** Epoch milliseconds. */
  expiresAt: number;
}>;

export type StatementResult =
  | Readonly<{ ok: true; statement: EntityStatement }>
  | Readonly<{ ok: false; key: 'file' | 'sha256'; found: string; expected: string }>;

const payloadSchema = z.object({
  iss: z.string().min(1),
  sub: z.string().min(1),
  exp: z.number(),
  jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())).min(1) }),
  metadata: z.object({
    openid_provider: z.object({
      issuer: webUrl.optional(),
      signed_jwks_uri: webUrl,
      authorization_endpoint: webUrl.optional(),
      token_endpoint: webUrl.optional(),
      userinfo_endpoint: webUrl.optional(),
      pushed_authorization_request_endpoint: webUrl.optional(),
      id_token_signing_alg_values_supported: z.array(z.string()).optional(),
    }),
  }),
});

/** What entity keys may sign with; never a shared secret, never nothing (security R23). */
export const entityAlgorithms = ['RS256', 'PS256', 'ES256'];

/**
 * Reads a broker's entity statement (OpenID Federation 1.0 §3 without federation: exchanged by hand, S213/2023), signed
 * by the key inside it. The signature shows that the file is whole; that it is the broker's own is shown by who gave it
 * to us, and by `sha256`. `now`: epoch milliseconds. Never throws; a refusal is words for the operator.
 */
export async function readEntityStatement(
  content: Buffer,
  { now, sha256 }: Readonly<{ now: number; sha256: string | undefined }>,
): Promise<StatementResult> {
  if (sha256 !== undefined && digestOf(content) !== sha256.toLowerCase()) {
    const expected = 'the SHA-256 of the file, or the file whose SHA-256 the broker published';
    return { ok: false, key: 'sha256', found: 'that of another file', expected };
  }
  const jwt = content.toString('utf8').trim();
  const parsed = payloadSchema.safeParse(payloadOf(jwt));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refused(
      `no usable ${issue?.path.join('.') || 'payload'}`,
      "an OpenID provider's entity statement (a signed JWT)",
    );
  }
  const { iss, sub, jwks } = parsed.data;
  if (iss !== sub) return refused('iss and sub that differ', 'a statement of the broker about itself');
  // A cast: what is no usable key is found out by the signature.
  const entityKeys = jwks.keys as JWK[];
  const fault = await signatureFault(jwt, entityKeys, now);
  return fault ?? { ok: true, statement: statementOf(parsed.data, entityKeys) };
}

/** What brokers publish of such a file, in hex: of its bytes as they are. */
function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

async function signatureFault(jwt: string, keys: JWK[], now: number): Promise<StatementResult | null> {
  try {
    await jwtVerify(jwt, createLocalJWKSet({ keys }), {
      algorithms: entityAlgorithms,
      typ: 'entity-statement+jwt',
      currentDate: new Date(now),
    });
    return null;
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      return refused('a statement that has expired', "the broker's present statement");
    return refused('a signature or type that does not fit', 'a statement signed by the key inside it');
  }
}

function statementOf({ iss, exp, metadata }: z.output<typeof payloadSchema>, entityKeys: JWK[]): EntityStatement {
  const provider = metadata.openid_provider;
  return {
    entityId: iss,
    entityKeys,
    issuer: provider.issuer ?? null,
    signedJwksUri: provider.signed_jwks_uri,
    authorizationEndpoint: provider.authorization_endpoint ?? null,
    tokenEndpoint: provider.token_endpoint ?? null,
    userInfoEndpoint: provider.userinfo_endpoint ?? null,
    pushedAuthorizationEndpoint: provider.pushed_authorization_request_endpoint ?? null,
    idTokenSigning: provider.id_token_signing_alg_values_supported ?? null,
    expiresAt: exp * 1000,
  };
}

function payloadOf(jwt: string): unknown {
  try {
    return decodeJwt(jwt);
  } catch {
    return null;
  }
}

function refused(found: string, expected: string): StatementResult {
  return { ok: false, key: 'file', found, expected };
}
