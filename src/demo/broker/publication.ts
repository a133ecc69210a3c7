import { importJWK, type JWK, SignJWT } from 'jose';
import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import { type BrokerKeys, type NamedKey, publicHalf } from './keys.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import type { BrokerSettings } from './settings.ts';
import type { Switches } from './start-page.ts';

/** Where the entity statement lies. Real brokers hand it over by hand, and OP forbids fetching it by machine. */
const entityStatementPath = '/.well-known/openid-federation';

const discoveryPath = '/.well-known/openid-configuration';
const daySeconds = 86_400;
const hourSeconds = 3600;

type Published = Readonly<{ settings: BrokerSettings; keys: BrokerKeys; switches: Switches }>;

/**
 * What the broker tells of itself in this dialect: metadata, keys, keys signed by the entity key, and the entity
 * statement to pin. What the dialect does not have is not found, though the library would serve it.
 */
export function withPublication(provider: Provider, published: Published): Provider {
  const { paths, discovery } = published.settings.dialect;
  const answers: Readonly<Record<string, (ctx: Context) => Promise<void>>> = {
    [libraryJwksPath(paths)]: async (ctx) => {
      if (paths.jwks !== null) json(ctx, keySet(published));
    },
    ...(paths.signedJwks && { [paths.signedJwks]: (ctx: Context) => signedJwks(ctx, published) }),
    ...(paths.signedJwks && {
      [entityStatementPath]: async (ctx: Context) => {
        ctx.type = 'application/entity-statement+jwt';
        ctx.body = await entityStatement(published.settings, published.keys, published.switches.scenario);
      },
    }),
    ...(!discovery && { [discoveryPath]: async () => undefined }),
  };
  provider.use(async (ctx, next) => {
    const answer = ctx.method === 'GET' ? answers[ctx.path] : undefined;
    if (answer) return answer(ctx);
    await next();
    if (ctx.path === discoveryPath) adjustMetadata(ctx, published);
  });
  return provider;
}

/** The library needs some path for its plain key set even where the dialect has none. */
export function libraryJwksPath({ jwks }: BrokerSettings['dialect']['paths']): string {
  return jwks ?? '/jwks';
}

function keySet({ keys, switches: { scenario } }: Published): { keys: JWK[] } {
  const rotating = scenario !== null && scenarios[scenario].at === 'keys';
  return { keys: [keys.signing, ...(rotating ? [keys.next] : [])].map(publicHalf) };
}

async function signedJwks(ctx: Context, published: Published): Promise<void> {
  const { settings, keys, switches } = published;
  if (switches.scenario === 'unsigned-jwks') return json(ctx, keySet(published));
  const age = switches.scenario === 'stale-jwks' ? 2 * hourSeconds : 0;
  const issuedAt = Math.floor(Date.now() / 1000) - age;
  const key = switches.scenario === 'jwks-of-another' ? keys.stranger : keys.entity;
  const claims = { ...keySet(published), iss: settings.address.origin, sub: settings.address.origin };
  ctx.body = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'jwk-set+jwt', kid: keys.entity.kid })
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + hourSeconds)
    .sign(await importJWK(key, 'RS256'));
  ctx.type = 'application/jwk-set+jwt';
}

/**
 * What a service pins: who the broker is, where it is reached, and the key that vouches for its signing keys; signed by
 * that key. The same bytes each time, so that a SHA-256 of it can be published.
 */
export async function entityStatement(
  settings: BrokerSettings,
  keys: BrokerKeys,
  scenario: Scenario | null,
): Promise<string> {
  const { origin } = settings.address;
  const claims = { iss: origin, sub: origin, jwks: { keys: [publicHalf(keys.entity)] } };
  const metadata = { openid_provider: statedMetadata(settings, scenario) };
  return new SignJWT({ ...claims, metadata })
    .setProtectedHeader({ alg: 'RS256', typ: 'entity-statement+jwt', kid: keys.entity.kid })
    .setIssuedAt(keys.createdAt)
    .setExpirationTime(keys.createdAt + 3650 * daySeconds)
    .sign(await importJWK(keys.entity, 'RS256'));
}

function statedMetadata(settings: BrokerSettings, scenario: Scenario | null) {
  const { address, dialect } = settings;
  const at = (path: string) => `${address.origin}${path}`;
  const { authorization, token, userinfo, signedJwks: jwks } = dialect.paths;
  return {
    issuer: address.origin,
    authorization_endpoint: at(authorization),
    token_endpoint: at(token),
    ...(userinfo && { userinfo_endpoint: at(userinfo) }),
    ...(jwks && { signed_jwks_uri: at(jwks) }),
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    ...offered(settings, scenario),
    request_object_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256'],
  };
}

function adjustMetadata(ctx: Context, { settings, switches }: Published): void {
  // The library answers with an object here.
  const metadata = ctx.body as Record<string, unknown>;
  if (!settings.dialect.responseIssuer) delete metadata['authorization_response_iss_parameter_supported'];
  Object.assign(metadata, offered(settings, switches.scenario));
}

function offered({ encryption }: BrokerSettings, scenario: Scenario | null) {
  return {
    id_token_encryption_alg_values_supported: [scenario === 'rsa1_5-only' ? 'RSA1_5' : encryption.alg],
    id_token_encryption_enc_values_supported: [encryption.enc],
  };
}

function json(ctx: Context, body: { keys: (JWK | NamedKey)[] }): void {
  ctx.type = 'application/jwk-set+json';
  ctx.body = JSON.stringify(body);
}
