/** The keys that sign tokens: one row for all of them, so that every change of state is one comparison. */
import type { AuditRecord } from '../audit/audit-log.ts';
import type { Instant } from '../ids.ts';

/** In this order a key goes through them; `revoked` may follow any of them but `retired`. */
export type SigningKeyState = 'pending' | 'active' | 'retiring' | 'retired' | 'revoked';

export type StoredSigningKey = {
  readonly kid: string;
  readonly alg: 'ES256' | 'RS256' | 'PS256';
  readonly state: SigningKeyState;
  /** Since when it is in this state. */
  readonly since: Instant;
  readonly createdAt: Instant;
  /** Public members only (RFC 7517). */
  readonly publicJwk: Readonly<Record<string, string>>;
  /** What its source opens it by (signing-keys/signer.ts), sealed before it gets here; null once it signs no more. */
  readonly handle: string | null;
};

/** `version` is raised by every change: a node has loaded a set when it has loaded its version. */
export type SigningKeySet = { readonly version: number; readonly keys: readonly StoredSigningKey[] };

export type SigningKeys = {
  /** null = there never was a key. */
  read(): Promise<SigningKeySet | null>;
  /**
   * Stores the set with its audit records. False, and nothing stored, unless what is stored has the version before `set`'s
   * (none at all is 0): of several nodes that change it at once one does.
   */
  replace(set: SigningKeySet, audit: readonly AuditRecord[]): Promise<boolean>;
};
