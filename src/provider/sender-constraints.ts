/** Tokens that are worth nothing without a key: DPoP (RFC 9449) and certificates (RFC 8705). */
import type { Configuration } from 'oidc-provider';
import { clientCertificate } from './client-certificate.ts';
import type { ProviderDeps } from './deps.ts';

type Features = NonNullable<Configuration['features']>;

/**
 * For every client that sends a proof; some must (`tokens.binding`). A nonce of ours is offered to whoever's clock is
 * wrong, and demanded of nobody. Its key is the same on all nodes.
 */
export function dPoP({ keyring }: Pick<ProviderDeps, 'keyring'>): NonNullable<Features['dPoP']> {
  const nonceSecret = Buffer.from(keyring.mac('dpop-nonce'), 'base64url');
  return { enabled: true, nonceSecret, requireNonce: () => false };
}

/** Where no proxy hands certificates over there are none, and nothing of it is offered. */
export function mTLS({ config }: Pick<ProviderDeps, 'config'>): NonNullable<Features['mTLS']> {
  return {
    enabled: config.proxy.clientCertificateHeader !== null,
    certificateBoundAccessTokens: true,
    selfSignedTlsClientAuth: true,
    getCertificate: clientCertificate(config.proxy),
  };
}
