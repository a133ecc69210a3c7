/** How long what the library issues lives (decisions.md §2), in whole seconds; never 0 or below, which it answers with 500. */
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { deviceCodeSeconds } from './device-codes.ts';

type LifeDeps = Pick<Deps, 'config' | 'clock'>;
type Clients = ReadonlyMap<string, Client>;
type Issued = { readonly clientId?: string | undefined; readonly resourceServer?: ResourceLife | undefined };
type ResourceLife = { readonly accessTokenTTL?: number | undefined };

/** FAPI 2.0 Security Profile 5.3.2.1. */
const longestFapiCodeSeconds = 60;

const secondMs = 1_000;
/** An extension by less is not worth a write. */
const worthAWriteSeconds = 3_600;

const epochSeconds = ({ clock }: LifeDeps): number => Math.floor(clock.now() / secondMs);

function refreshLife(deps: LifeDeps, issuedAt: number): number {
  const { refreshIdleSeconds, refreshAbsoluteSeconds } = deps.config.lives;
  return Math.max(1, Math.min(refreshIdleSeconds, issuedAt + refreshAbsoluteSeconds - epochSeconds(deps)));
}

export function lives(deps: LifeDeps & { readonly clients: Clients }): NonNullable<Configuration['ttl']> {
  const life = deps.config.lives;
  const clientOf = ({ clientId }: Issued) => deps.clients.get(clientId ?? '');
  const accessLife = (token: Issued): number => {
    const minutes = clientOf(token)?.tokens.accessTokenMinutes ?? null;
    return token.resourceServer?.accessTokenTTL ?? (minutes === null ? life.accessTokenSeconds : minutes * 60);
  };
  return {
    AccessToken: (_ctx, token) => accessLife(token),
    AuthorizationCode: (_ctx, code) => {
      const fapi = clientOf(code)?.profile === 'fapi2';
      return fapi ? Math.min(longestFapiCodeSeconds, life.authorizationCodeSeconds) : life.authorizationCodeSeconds;
    },
    ClientCredentials: (_ctx, token) => accessLife(token),
    DeviceCode: deviceCodeSeconds,
    // At least as long as whatever stands on it.
    Grant: Math.max(life.refreshAbsoluteSeconds, life.sessionAbsoluteSeconds),
    IdToken: life.idTokenSeconds,
    Interaction: life.journeySeconds,
    RefreshToken: (_ctx, token) => refreshLife(deps, token.iiat ?? epochSeconds(deps)),
    // The smaller of idle and what is left of the absolute life, counted from the session's own `iat`.
    Session: (_ctx, session) => {
      const startedAt = session.iat ?? epochSeconds(deps);
      const left = startedAt + life.sessionAbsoluteSeconds - epochSeconds(deps);
      return Math.max(1, Math.min(life.sessionIdleSeconds, left));
    },
  };
}

/**
 * Public clients rotate (RFC 9700 4.14.2). Confidential ones do not, they authenticate; each use extends the token's
 * idle life up to its absolute end.
 */
export function rotateRefreshToken(deps: LifeDeps, clients: ReadonlyMap<string, Client>) {
  return async (ctx: KoaContextWithOIDC): Promise<boolean> => {
    const { RefreshToken: token, Client: client } = ctx.oidc.entities;
    if (clients.get(client?.clientId ?? '')?.type === 'public') return true;
    if (token) {
      const expiresAt = epochSeconds(deps) + refreshLife(deps, token.iiat ?? epochSeconds(deps));
      if (expiresAt - (token.exp ?? 0) >= worthAWriteSeconds) {
        token.exp = expiresAt;
        await token.save();
      }
    }
    return false;
  };
}
