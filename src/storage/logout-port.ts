/** The port of the clients that are still to be told that a session is over. Promises as in ports.ts. */
import type { AccountId, ClientId, Instant } from '../ids.ts';
import type { QueueDepth } from './outbox-port.ts';

/** What a logout token is made of, each time it is sent. */
export type Logout = {
  readonly id: string;
  readonly clientId: ClientId;
  readonly accountId: AccountId;
  /** The session, as this client knows it. */
  readonly sid: string;
  readonly createdAt: Instant;
};

/** `attempts` counts the claims, this one included. */
export type ClaimedLogout = { readonly logout: Logout; readonly attempts: number };

export type LogoutClaim = {
  readonly limit: number;
  readonly leaseMs: number;
  /** Clients that are let alone for now: what waits for them keeps nobody else waiting. */
  readonly except: readonly ClientId[];
};

export type Logouts = {
  /** Due at once. */
  add(logouts: readonly Logout[]): Promise<void>;
  /** Takes what is due for `leaseMs`, longest due first; no other worker gets it meanwhile. */
  claimDue(now: Instant, claim: LogoutClaim): Promise<readonly ClaimedLogout[]>;
  /** Nothing where it is gone. */
  retryAt(id: string, at: Instant): Promise<void>;
  /** As that of the outbox. */
  depth(): Promise<QueueDepth>;
  /** Told, or given up. */
  remove(id: string): Promise<void>;
};
