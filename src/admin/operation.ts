/**
 * What can be done to an installation by those who run it or help its users: one table of operations (operations.ts), each
 * with its roles and the shape of what goes in and comes out. The HTTP API (http/), its description (openapi.ts), the pages
 * (pages/) and the tests all read that table; perform.ts is the only way to do an operation.
 *
 * Here: operation.ts (what one is), perform.ts, refusal.ts (why one is not done), role.ts; one folder for each thing that
 * is operated on. May import what it operates on, the ports and config/; never pages of other parts, never the provider.
 *
 * Promises: what a role may do is written at the operation, nothing is allowed by default; every reading of a person's data
 * is recorded before it is answered; nothing leaves that the operation's output does not name.
 */
import type { z } from 'zod';
import type { ClientOperationDeps } from '../clients/manage.ts';
import type { Deps } from '../deps.ts';
import type { AccountId, ClientId } from '../ids.ts';
import type { Interactions } from '../journey/interactions.ts';
import type { RosterList } from '../storage/roster-port.ts';
import type { AdminRole } from './role.ts';

export type AdminDeps = Deps &
  Pick<Interactions, 'endSessionsOf' | 'sessionUidsOf'> & {
    /** Of the process that runs: the clients in force, and how they are read again. */
    readonly clientsInForce: ClientOperationDeps;
  };

/** Who asks. A machine is never an owner and keeps no roster: its client file says so (config/client-admin-schema.ts). */
export type AdminActor =
  | {
      readonly kind: 'person';
      readonly accountId: AccountId;
      readonly role: AdminRole;
      /** Rosters that are theirs by the configuration, whatever the role. */
      readonly lists: readonly RosterList[];
    }
  | { readonly kind: 'client'; readonly clientId: ClientId; readonly role: Exclude<AdminRole, 'owner' | 'county'> };

/** As the audit log names them (audit-log.ts, `actor`). */
export function nameOf(actor: AdminActor): string {
  return actor.kind === 'person' ? `account:${actor.accountId}` : `client:${actor.clientId}`;
}

export type AdminContext = {
  readonly deps: AdminDeps;
  readonly actor: AdminActor;
  /** The version that the asker has seen, of an operation that is `guarded`; `null` = there shall be none yet. */
  readonly seen: string | null;
};

/** `about`: whose data this is, where it is not the account in the path. */
export type Outcome<Output> = {
  readonly output: Output;
  readonly version?: string;
  readonly about?: AccountId | null;
};

type Shape = z.ZodObject | z.ZodUndefined;

export type AdminOperation<
  P extends z.ZodObject = z.ZodObject,
  Q extends z.ZodObject = z.ZodObject,
  B extends Shape = Shape,
  O extends z.ZodType = z.ZodType,
> = {
  /** Dotted, as `account.bar`: names it in the audit log and in the description. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/admin/api/v1`, with `{name}` for each of `params`. */
  readonly path: string;
  readonly summary: string;
  /** All that may do it, and nobody else. */
  readonly roles: readonly AdminRole[];
  /** Its answer tells of a person: every time is recorded. */
  readonly readsPerson: boolean;
  /** `read`: the answer has a version; `change`: wants the version that was seen, so that no update is lost. */
  readonly guarded: 'read' | 'change' | null;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly output: O;
  run(
    context: AdminContext,
    input: { readonly params: z.output<P>; readonly query: z.output<Q>; readonly body: z.output<B> },
  ): Promise<Outcome<z.input<O>>>;
};

/** Infers the shapes; does nothing. */
export function operation<P extends z.ZodObject, Q extends z.ZodObject, B extends Shape, O extends z.ZodType>(
  one: AdminOperation<P, Q, B, O>,
): AdminOperation<P, Q, B, O> {
  return one;
}
