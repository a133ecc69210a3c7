import type { CustomFetch } from 'openid-client';
import { BrokerUnreachable } from './broker-fetch.ts';
import type { EntityStatement } from './ftn/entity-statement.ts';
import { type KeySet, keySetIn, keySetLifeMs, verifySignedJwks } from './ftn/signed-jwks.ts';

export type KeySource = Readonly<{ fetch: CustomFetch; pinned: EntityStatement | undefined }>;

/**
 * Reads the broker's signing keys: signed by its pinned entity key where there is an entity statement, else as its
 * host serves them. Throws {@link BrokerUnreachable} when they cannot be had or must not be used. `now`: epoch milliseconds.
 */
export async function readProviderKeys(
  { fetch, pinned }: KeySource,
  request: Readonly<{ uri: string; options: Parameters<CustomFetch>[1]; now: number }>,
): Promise<KeySet> {
  const { uri, options, now } = request;
  if (pinned && pinned.expiresAt <= now) throw new BrokerUnreachable('statement_expired');
  const accept = pinned ? 'application/jwk-set+jwt' : 'application/jwk-set+json, application/json';
  const response = await fetch(uri, { ...options, headers: { ...options.headers, accept } });
  const content = await response.text();
  if (pinned) return verifySignedJwks(content, pinned, now);
  const jwks = keySetIn(parsed(content));
  if (!jwks) throw new BrokerUnreachable('keys_content');
  return { jwks, validUntil: now + keySetLifeMs };
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}
