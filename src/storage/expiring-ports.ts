/** The ports for what expires; ports.ts tells the promises that hold for all. */
import type { AccountId, Instant } from '../ids.ts';

/** Rows of one kind that expire. Keys are random ids or hashes, never personal data. */
export type ExpiringRows<T> = {
  /** Inserts or replaces. */
  put(key: string, value: T, expiresAt: Instant): Promise<void>;
  /** False, and nothing changed, if a live row has this key. */
  insert(key: string, value: T, expiresAt: Instant): Promise<boolean>;
  /** null when absent or expired (now >= expiresAt). */
  get(key: string): Promise<T | null>;
  /** Compare-and-swap as above. Returns what is stored afterwards; null when absent or expired. The expiry stays unless given. */
  update(
    key: string,
    change: (value: T) => { value: T; expiresAt?: Instant } | null,
    known?: T,
  ): Promise<{ changed: boolean; value: T } | null>;
  /** Returns a live row and deletes it in the same step: of any number of parallel takers exactly one gets it. */
  takeOnce(key: string): Promise<T | null>;
  delete(key: string): Promise<void>;
};

export type Hit = { readonly count: number; readonly resetsAt: Instant };

/** Counters with a window that starts at the first hit. */
export type RateLimits = {
  /** Adds one and returns the count in the current window, atomically. */
  hit(key: string, windowMs: number): Promise<Hit>;
  /** The count without adding; 0 when there is no window. */
  peek(key: string): Promise<Hit>;
  forget(key: string): Promise<void>;
};

/** Columns beside an artifact's payload, for look-ups. */
export type ArtifactIndex = {
  readonly grantId?: string;
  readonly uid?: string;
  readonly userCode?: string;
  readonly accountId?: string;
  readonly clientId?: string;
};

export type SparedArtifact = { readonly model: string; readonly uid: string };

export type StoredArtifact = { readonly payload: string; readonly consumedAt: Instant | null };

/** oidc-provider's models. `id` arrives hashed; `model` is the library's name (`Session`, `AccessToken`, …). */
export type Artifacts = {
  /** Insert or update; an earlier `consumedAt` is kept; expiresAt null = never. */
  upsert(model: string, id: string, payload: string, index: ArtifactIndex, expiresAt: Instant | null): Promise<void>;
  /** False, and nothing changed, if a live row has this id (replay detection). */
  insert(model: string, id: string, payload: string, expiresAt: Instant): Promise<boolean>;
  /** A live row gets another payload; all else of it stays. False, and nothing written, where there is none. */
  replace(model: string, id: string, payload: string): Promise<boolean>;
  find(model: string, id: string): Promise<StoredArtifact | null>;
  /** A uid (and a user code) belongs to the row written last; older rows lose it and stay findable by id. */
  findByUid(model: string, uid: string): Promise<StoredArtifact | null>;
  findByUserCode(model: string, userCode: string): Promise<StoredArtifact | null>;
  /** True for the one caller that consumed it; false if consumed already, expired or absent. */
  consume(model: string, id: string): Promise<boolean>;
  destroy(model: string, id: string): Promise<void>;
  /** The row that the uid belongs to, where its id is not known. */
  destroyByUid(model: string, uid: string): Promise<void>;
  revokeByGrant(model: string, grantId: string): Promise<void>;
  /** Payloads of the account's live rows of one model (its sessions, for "end all"). */
  ofAccount(model: string, accountId: AccountId): Promise<readonly string[]>;
  /** Deletes every artifact of the account, sessions, grants, codes, tokens, but the one row spared (by its uid). */
  revokeByAccount(accountId: AccountId, spared?: SparedArtifact): Promise<void>;
};
