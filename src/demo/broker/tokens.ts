import { randomUUID } from 'node:crypto';
import type { JWK } from 'jose';
import type { Provider } from 'oidc-provider';
import type { ReadClientKeys } from './client-keys.ts';
import type { DialectRules } from './dialect-rules.ts';
import { testLevels } from './dialects.ts';
import type { BrokerKeys } from './keys.ts';
import { mint } from './mint.ts';
import type { Scenario } from './scenarios.ts';
import type { BrokerSettings } from './settings.ts';
import type { Visits } from './visits.ts';

/** What this file needs of the library's ID token, which its types leave out. */
type IdToken = {
  payload(): Promise<Record<string, unknown>>;
  issue(options: { use: string }): Promise<string>;
};

const lifeSeconds = 600;

/**
 * Makes the provider's ID tokens and userinfo by this house's own mint: the library would rightly refuse to spoil them,
 * and writes header fields that real brokers do not.
 */
export function withOwnTokens(
  provider: Provider,
  { settings, keys, visits }: Readonly<{ settings: BrokerSettings; keys: BrokerKeys; visits: Visits }>,
  readClientKeys: ReadClientKeys,
): Provider {
  // For a replay: the token of the identification before, and of nobody at first.
  let previous: string | undefined;
  // The library's prototype is the one place where a token can be made instead of its own.
  const { prototype } = (provider as unknown as { IdToken: { prototype: IdToken } }).IdToken;
  prototype.issue = async function ({ use }) {
    if (use !== 'idtoken' && use !== 'userinfo') throw new Error(`no such token here: ${use}`);
    const payload = await this.payload();
    const scenario = visits.identified(String(payload['sub']))?.scenario ?? null;
    if (scenario === 'replayed' && use === 'idtoken' && previous) return previous;
    const claims = spoilt(eventClaims(payload, settings), scenario, use, settings.dialect);
    const recipient = await recipientOf(readClientKeys, settings);
    const token = await mint({ claims, use, scenario, keys, recipient, encryption: settings.encryption });
    if (use === 'idtoken') previous = token;
    return token;
  };
  return provider;
}

function eventClaims(payload: Record<string, unknown>, { address, dialect }: BrokerSettings): Record<string, unknown> {
  const issuedAt = nowSeconds();
  const { at_hash: _optional, auth_time: authTime, ...said } = payload;
  return {
    ...said,
    ...(dialect.authTime && { auth_time: authTime }),
    iss: address.origin,
    ...(dialect.audienceList ? { aud: ['avain'], azp: 'avain' } : { aud: 'avain' }),
    iat: issuedAt,
    exp: issuedAt + lifeSeconds,
    jti: randomUUID(),
  };
}

function spoilt(
  claims: Record<string, unknown>,
  scenario: Scenario | null,
  use: 'idtoken' | 'userinfo',
  { levels }: DialectRules,
): Record<string, unknown> {
  if (use === 'userinfo') return scenario === 'userinfo-of-another' ? { ...claims, sub: randomUUID() } : claims;
  switch (scenario) {
    // Replayed before there was anything to replay: as good as a token of an event that nobody remembers.
    case 'replayed':
    case 'wrong-nonce':
      return { ...claims, nonce: 'a-nonce-of-somebody-else' };
    case 'wrong-audience':
      return { ...claims, aud: 'somebody-else' };
    case 'wrong-issuer':
      return { ...claims, iss: 'https://another-broker.example' };
    case 'wrong-level':
      return { ...claims, acr: 'http://ftn.ficora.fi/2017/loatest1' };
    case 'other-level':
      return { ...claims, acr: (levels ?? testLevels)[1] };
    case 'no-level':
      return { ...claims, acr: undefined };
    case 'stale':
      return { ...claims, auth_time: nowSeconds() - 3600 };
    case 'expired':
      return { ...claims, iat: nowSeconds() - lifeSeconds - 300, exp: nowSeconds() - 300 };
    default:
      return claims;
  }
}

/** Avain's key for encryption, asked for each time: a rotation shows at once. */
async function recipientOf(readKeys: ReadClientKeys, { encryption }: BrokerSettings): Promise<JWK> {
  const { keys } = await readKeys();
  const kty = encryption.alg === 'ECDH-ES' ? 'EC' : 'RSA';
  const recipient = keys.find((key) => key.use === 'enc' && key.kty === kty);
  if (!recipient) throw new Error(`Avain publishes no ${kty} key for encryption`);
  return recipient;
}

const nowSeconds = () => Math.floor(Date.now() / 1000);
