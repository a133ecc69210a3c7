/** What operations take and give in common. */
import { z } from 'zod';
import { OperationRefused } from '../control/operation.ts';
import { operatorReason } from '../control/operator-words.ts';
import type { AccountId } from '../ids.ts';
import type { Order } from '../lifecycle/order.ts';
import { type AdminActor, type AdminContext, nameOf } from './operation.ts';
import { AdminRefused } from './refusal.ts';

export const nothing = z.strictObject({});
export const noBody = z.undefined();

/** ISO 8601 in UTC. */
export const time = z.iso.datetime();
export const timeOrNever = time.nullable();

export const accountParams = z.strictObject({
  account: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .describe('The id of an account'),
});

export const reason = z
  .string()
  .min(1)
  .max(200)
  .refine(isReason, 'a reason on one line, best the number of the case: no address and no identity code')
  .describe('Kept in the audit log: best the number of the case, never an address or an identity code');

export const withReason = z.strictObject({ reason });

function isReason(typed: string): boolean {
  if (/\p{Cc}/u.test(typed)) return false;
  try {
    return operatorReason(typed) !== '';
  } catch (error) {
    if (error instanceof OperationRefused) return false;
    throw error;
  }
}

export const pageQuery = z.strictObject({
  cursor: z.string().max(2_000).optional().describe('`next` of the page before; without it the first page'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** A cast: operations look the account up by it, and refuse where there is none. */
export const accountIdIn = ({ account }: { readonly account: string }): AccountId => account as AccountId;

export const notFound = () => new AdminRefused('not-found');
export const stale = () => new AdminRefused('stale');

/** An account's version as it was seen. @throws AdminRefused */
export function versionSeen({ seen }: Pick<AdminContext, 'seen'>): number {
  const version = Number(seen);
  if (seen === null || !/^\d{1,15}$/.test(seen)) throw stale();
  return version;
}

/**
 * What is an owner's is ordered by owners only: whoever could take a proof or a session from one could work towards being
 * them. @throws AdminRefused
 */
export async function ownersForOwners({ deps, actor }: AdminContext, id: AccountId): Promise<void> {
  if (actor.role === 'owner') return;
  const account = await deps.storage.accounts.byId(id);
  if (account?.adminRole === 'owner') throw new AdminRefused('forbidden', 'It is the account of an owner.');
}

/** Four eyes are those of two persons: a program may be in the hands of either. @throws AdminRefused */
export function personsOnly({ actor }: AdminContext): void {
  if (actor.kind !== 'person') throw new AdminRefused('forbidden', 'It takes a person, whose role it must be.');
}

/** The actor itself is the name: nobody else can take it, so that four eyes are those of two persons. */
export function orderOf(actor: AdminActor, typed: string, version: number | null): Order {
  const name = nameOf(actor);
  return { by: name, reason: operatorReason(typed), actor: name, version };
}
