/** JWT access tokens for resource servers (RFC 8707, RFC 9068): who gets them, for what, and for how long. */
import { type Configuration, errors } from 'oidc-provider';
import { adminApiOf } from '../config/client-admin-schema.ts';
import type { Client } from '../config/schema.ts';
import type { ProviderDeps } from './deps.ts';

type Indicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>;

/** A client gets tokens only for the resource servers that its file names. Without `resource` a token is for userinfo. */
export function resourceIndicators({ config, clients }: Pick<ProviderDeps, 'config' | 'clients'>): Indicators {
  return {
    enabled: true,
    getResourceServerInfo: (_ctx, identifier, { clientId }) => {
      const client = clients.get(clientId);
      if (identifier === adminApiOf(config.issuer)) return adminApi(identifier, client);
      const name = client?.resources.find((known) => config.resources[known]?.identifier === identifier);
      const resource = name === undefined ? undefined : config.resources[name];
      if (client === undefined || resource === undefined) throw new errors.InvalidTarget();
      const minutes = Math.min(resource.minutes, client.tokens.accessTokenMinutes ?? resource.minutes);
      return {
        scope: resource.scopes.join(' '),
        audience: identifier,
        accessTokenTTL: minutes * 60,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      };
    },
  };
}

const adminTokenSeconds = 600;

/** Avain's own: opaque, so that a token that is taken away is worth nothing at the next call. */
function adminApi(identifier: string, client: Client | undefined) {
  if (!client?.admin) throw new errors.InvalidTarget();
  // No scopes: what may be done with it is a role, which is asked at every call (admin/http/actor.ts).
  return {
    scope: '',
    audience: identifier,
    accessTokenTTL: adminTokenSeconds,
    accessTokenFormat: 'opaque',
  } as const;
}

/**
 * RFC 9068 2.2.1: a resource server may look at how the person was authenticated, without asking anybody. Only in JWTs:
 * our own endpoints read nothing from a token but what it may.
 */
export const levelInToken: NonNullable<Configuration['extraTokenClaims']> = (ctx, token) => {
  const { AuthorizationCode: code, RefreshToken: refresh } = ctx.oidc.entities;
  const source = code ?? refresh;
  if (token.resourceServer === undefined || token.kind !== 'AccessToken' || source === undefined) return undefined;
  const { acr, authTime } = source;
  return { ...(acr !== undefined && { acr }), ...(authTime !== undefined && { auth_time: authTime }) };
};
