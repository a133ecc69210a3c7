/** The unique keys of an account: no two accounts have one in common, whatever the back end. */
import type { Account } from '../accounts/account.ts';
import type { Fingerprint } from '../ids.ts';

export type AccountKey = { readonly kind: 'email' | 'identity'; readonly value: Fingerprint };

/** In one order for everybody, each once: the address, then the identity's fingerprints (several while keys rotate). */
export function keysOf(account: Account | null): readonly AccountKey[] {
  if (account === null) return [];
  const identity = [...new Set(account.identity?.fingerprints)].sort();
  return [
    { kind: 'email', value: account.emailFingerprint },
    ...identity.map((value): AccountKey => ({ kind: 'identity', value })),
  ];
}

/** What `account` has and the others have not: what a change newly takes, or, asked the other way round, what it frees. */
export function keysOnlyOf(account: Account | null, ...without: readonly (Account | null)[]): readonly AccountKey[] {
  const others = without.flatMap(keysOf);
  return keysOf(account).filter(({ kind, value }) => !others.some((key) => key.kind === kind && key.value === value));
}
