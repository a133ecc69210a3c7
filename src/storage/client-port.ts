/** The port of the clients that are kept in the store beside those that are files. Promises as in ports.ts. */
import type { ClientId, Instant } from '../ids.ts';

export type StoredClient = {
  readonly id: ClientId;
  /** As a client file has it, YAML: it holds no secret, which lies in a file of its own (config/secrets.ts). */
  readonly text: string;
  readonly changedAt: Instant;
};

/** Whoever changes one writes the audit record before it. */
export type StoredClients = {
  /** In the order of their ids. There are as many as a person writes, not as many as people sign in. */
  all(): Promise<readonly StoredClient[]>;
  byId(id: ClientId): Promise<StoredClient | null>;
  /**
   * Compare-and-swap by the text: inserts (`from` null), replaces, or removes (`to` null). False, and nothing changed, where
   * what is stored is not `from`.
   */
  replace(id: ClientId, from: string | null, to: StoredClient | null): Promise<boolean>;
  /** Inserts or replaces. */
  put(client: StoredClient): Promise<void>;
  /** False where there was none. */
  remove(id: ClientId): Promise<boolean>;
};
