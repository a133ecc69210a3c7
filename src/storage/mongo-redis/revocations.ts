/**
 * Consumption and revocation of what lives for weeks (refresh tokens and grants) are told to the durable store too, and
 * before Redis: when Redis forgets its last moments, nobody should have to sign in to every application again, and yet
 * nothing revoked may come back (security.md F6). Rows from before a fence are looked up here, others never, so the usual
 * reading costs nothing.
 */
import type { Instant } from '../../ids.ts';

export type Revoked = { readonly key: string; readonly at: Instant };

/** Kept by the durable store. */
export type Revocations = {
  /** Durable when it resolves. A key that is there keeps the later of the instants. */
  add(keys: readonly string[], at: Instant, expiresAt: Instant): Promise<void>;
  find(keys: readonly string[]): Promise<readonly Revoked[]>;
};

/** What was done to a row: nothing, or it is gone, or it was consumed at an instant. */
export type Fate = { readonly gone: boolean; readonly consumedAt: Instant | null };

export type RevocableRow = {
  readonly model: string;
  readonly id: string;
  readonly createdAt: Instant;
  readonly grantId: string;
  readonly accountId: string;
};

/** Everything else lives for hours at most and is refused after a fence. */
export const isRevocable = (model: string): boolean => model === 'RefreshToken' || model === 'Grant';

export const consumedKey = (model: string, id: string): string => `consumed|${model}|${id}`;
export const destroyedKey = (model: string, id: string): string => `destroyed|${model}|${id}`;
export const grantKey = (grantId: string): string => `grant|${grantId}`;
export const accountKey = (accountId: string): string => `account|${accountId}`;

/** Clocks of nodes differ: what was made this shortly after a revocation may have been made before it. */
const clockSkewMs = 10_000;

export async function fateOf(revocations: Revocations, row: RevocableRow): Promise<Fate> {
  const consumed = consumedKey(row.model, row.id);
  const keys = [consumed, destroyedKey(row.model, row.id)];
  if (row.grantId !== '') keys.push(grantKey(row.grantId));
  if (row.accountId !== '') keys.push(accountKey(row.accountId));
  const found = (await revocations.find(keys)).filter(({ at }) => row.createdAt <= at + clockSkewMs);
  return {
    gone: found.some(({ key }) => key !== consumed),
    consumedAt: found.find(({ key }) => key === consumed)?.at ?? null,
  };
}
