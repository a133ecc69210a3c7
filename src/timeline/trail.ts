/**
 * Writes what support looks for and no audit record tells: which page a person stood at, what opened a link, which error
 * page showed which reference. Kept in the expiring store for 30 days, the newest 50 things under each key, and the same
 * thing once: opening a link a hundred times writes as much as opening it once, and signing in as usual writes nothing.
 *
 * Promise: codes and ids only. An address stands here as its fingerprint, so that somebody without an account is found.
 */
import type { Deps } from '../deps.ts';
import type { AccountId, Fingerprint } from '../ids.ts';
import type { TrailEntry } from '../storage/rows.ts';

type TrailDeps = Pick<Deps, 'storage' | 'clock'>;

const lifeMs = 30 * 86_400_000;
const mostEntries = 50;

/** Under what a thing is kept: what is found by it later. */
export const trailOf = {
  journey: (id: string) => `journey|${id}`,
  account: (id: AccountId) => `account|${id}`,
  address: (fingerprint: Fingerprint) => `address|${fingerprint}`,
  reference: (reference: string) => `reference|${reference}`,
} as const;

export type Trod = Omit<TrailEntry, 'at'>;

const bare: Omit<Trod, 'what'> = { journeyId: null, accountId: null, clientId: null, details: {} };

/** A thing of which only so much is known. */
export const trod = (what: Trod['what'], known: Partial<Trod> = {}): Trod => ({ ...bare, ...known, what });

function isSame({ at: _, ...before }: TrailEntry, now: Trod): boolean {
  return JSON.stringify(before) === JSON.stringify(trod(now.what, now));
}

/** Of the account where it is known: not every journey is found by what else happened in it. */
export function trailOfWhom({ accountId, journeyId }: Pick<Trod, 'accountId' | 'journeyId'>): string | null {
  if (accountId !== null) return trailOf.account(accountId);
  return journeyId === null ? null : trailOf.journey(journeyId);
}

/** Once for each thing: the second time is not worth a write. */
export async function leaveTrail({ storage, clock }: TrailDeps, key: string, thing: Trod): Promise<void> {
  const { trails } = storage;
  const at = clock.now();
  const entry: TrailEntry = { ...bare, ...thing, at };
  const kept = await trails.get(key);
  if (kept?.some((before) => isSame(before, thing))) return;
  const expiresAt = at + lifeMs;
  if (kept === null && (await trails.insert(key, [entry], expiresAt))) return;
  await trails.update(key, (trail) =>
    trail.some((before) => isSame(before, thing)) ? null : { value: [...trail, entry].slice(-mostEntries), expiresAt },
  );
}

/** That a journey has to do with this address, known here or not: the same write for both. */
export async function trailOfAddress(deps: TrailDeps, address: Fingerprint, journeyId: string | null): Promise<void> {
  if (journeyId !== null) await leaveTrail(deps, trailOf.address(address), trod('begun', { journeyId }));
}
