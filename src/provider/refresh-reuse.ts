/**
 * What becomes of a second use of a refresh token that has been rotated (RFC 9700 4.14.2). An app that is open in two tabs
 * refreshes twice at the same moment, and a lost answer is asked for again: for ten seconds, once, the predecessor of the
 * newest token is good for another one. Any other second use may be a thief's or its owner's, so the whole family ends.
 */
import type { Clock } from '../deps.ts';
import type { AccountId, ClientId, Instant } from '../ids.ts';
import type { Storage } from '../storage/ports.ts';
import { revokeGrants } from './revoke-grants.ts';

export type ReuseDeps = {
  readonly storage: Pick<Storage, 'artifacts' | 'audit'>;
  readonly clock: Clock;
};

/** What the library keeps of a refresh token, as far as it is read here. */
type Token = {
  readonly grantId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly clientId?: string | undefined;
  /** How many were before it in its family. */
  readonly rotations?: number | undefined;
};

export const refreshGraceMs = 10_000;

/** The library refuses what it is told to be consumed before it asks to consume it, which is what decides. */
export function isInGrace(consumedAt: Instant, { clock }: Pick<ReuseDeps, 'clock'>): boolean {
  return clock.now() - consumedAt < refreshGraceMs;
}

/** The one after it has not been used yet: then nobody but the newest knows what comes next. */
async function isPredecessorOfNewest({ storage: { artifacts } }: ReuseDeps, token: Token): Promise<boolean> {
  // A cast: only ids of our accounts are ever put there.
  const payloads = await artifacts.ofAccount('RefreshToken', token.accountId as AccountId);
  const family = payloads
    .map((payload) => JSON.parse(payload) as Token)
    .filter(({ grantId }) => grantId === token.grantId);
  return family.every(({ rotations = 0 }) => rotations <= (token.rotations ?? 0) + 1);
}

/** Told by whoever sees it first, before the family ends. */
export async function recordReuse({ storage, clock }: ReuseDeps, { accountId, clientId }: Token): Promise<void> {
  await storage.audit.append({
    at: clock.now(),
    event: 'refresh-token.reused',
    // Casts: only ids of our accounts and clients are ever put there.
    accountId: (accountId ?? null) as AccountId | null,
    clientId: (clientId ?? null) as ClientId | null,
    journeyId: null,
    details: {},
  });
}

/**
 * Whether a token that could not be consumed any more is good for another one. The library has checked by now that it is
 * the same client's, bound to the same key or certificate. A third use within the grace gives nothing and ends nothing:
 * three tabs are as honest as two.
 */
export async function mayUseAgain(deps: ReuseDeps, key: string): Promise<boolean> {
  const { artifacts } = deps.storage;
  const stored = await artifacts.find('RefreshToken', key);
  if (stored === null || stored.consumedAt === null) return false;
  // A cast: the library's own payload.
  const token = JSON.parse(stored.payload) as Token;
  if (isInGrace(stored.consumedAt, deps) && (await isPredecessorOfNewest(deps, token)))
    return artifacts.insert('RefreshGrace', key, '{}', stored.consumedAt + refreshGraceMs);
  await recordReuse(deps, token);
  await revokeGrants(artifacts, [token.grantId]);
  return false;
}
