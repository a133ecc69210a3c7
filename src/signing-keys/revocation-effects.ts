import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { StoredSigningKey } from '../storage/signing-key-port.ts';

/** What ends with this key, for the operator who has just revoked it: line by line, with numbers. */
export function revocationEffects(
  { config, clients }: Pick<Deps, 'config' | 'clients'>,
  { alg, state }: StoredSigningKey,
): readonly string[] {
  const { retireSeconds, jwksCacheSeconds } = config.signingKeys;
  if (state === 'pending') return ['It had signed nothing yet.'];
  const concerned = [...clients.values()].filter((client) => isSignedFor(client, alg));
  const resources = alg === 'ES256' ? Object.keys(config.resources) : [];
  return [
    `ID tokens of ${counted(
      concerned.map(({ id }) => id),
      'client',
    )}: refused here as id_token_hint. A sign-out that sends an ` +
      'old one shows an error until that service has a new token.',
    `Access tokens of ${counted(resources, 'resource server')}: refused by whoever fetches /jwks anew; none lives longer than ` +
      `${retireSeconds} s.`,
    `Verifiers that keep /jwks believe it for up to ${jwksCacheSeconds} s more: whoever must know at once fetches it now.`,
    'Sessions, refresh tokens, codes and opaque access tokens stay: no signing key makes them, the store does.',
  ];
}

function isSignedFor({ tokens, userinfo }: Client, alg: StoredSigningKey['alg']): boolean {
  return tokens.idTokenAlg === alg || userinfo.signedAlg === alg;
}

function counted(names: readonly string[], what: string): string {
  const of = `${names.length} ${what}${names.length === 1 ? '' : 's'}`;
  return names.length === 0 ? of : `${of} (${names.join(', ')})`;
}
