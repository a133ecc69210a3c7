/** What is ordered of one account, each by the function that the command line calls too (lifecycle/account-orders.ts). */
import type { z } from 'zod';
import { resetFactors } from '../../factors/reset-factors.ts';
import type { AccountId } from '../../ids.ts';
import {
  barAccount,
  endAllSessions,
  eraseByOrder,
  type OrderDeps,
  orderNewPassword,
  unbarAccount,
} from '../../lifecycle/account-orders.ts';
import { accountState } from '../../lifecycle/account-state.ts';
import type { Order, Ordered } from '../../lifecycle/order.ts';
import { type AdminOperation, operation } from '../operation.ts';
import type { AdminRole } from '../role.ts';
import {
  accountIdIn,
  accountParams,
  notFound,
  nothing,
  orderOf,
  ownersForOwners,
  stale,
  versionSeen,
  withReason,
} from '../shapes.ts';
import { orderedShape } from './shapes.ts';

type Said = {
  readonly id: string;
  readonly verb: string;
  readonly summary: string;
  readonly roles: readonly AdminRole[];
  /** null: it changes nothing of the account itself, so nothing of it can be overwritten unseen. */
  readonly guarded: 'change' | null;
};

type OrderOperation = AdminOperation<typeof accountParams, z.ZodObject, typeof withReason, typeof orderedShape>;

function ordering(
  { verb, ...said }: Said,
  doing: (deps: OrderDeps, id: AccountId, order: Order) => Promise<Ordered>,
): OrderOperation {
  return operation({
    ...said,
    method: 'POST',
    path: `/accounts/{account}/${verb}`,
    readsPerson: true,
    params: accountParams,
    query: nothing,
    body: withReason,
    output: orderedShape,
    async run(context, { params, body }) {
      const { deps, actor } = context;
      const id = accountIdIn(params);
      await ownersForOwners(context, id);
      const order = orderOf(actor, body.reason, said.guarded === null ? null : versionSeen(context));
      const outcome = await doing(deps, id, order);
      if (outcome === 'missing') throw notFound();
      if (outcome === 'stale') throw stale();
      const account = await deps.storage.accounts.byId(id);
      return {
        output: { outcome, account: account && accountState(deps, account) },
        ...(account && { version: String(account.version) }),
      };
    },
  });
}

/** Help that takes nothing away for good and lets nobody in: the owner proves themselves again. */
const helpers = ['support', 'operator', 'owner'] as const;
/** Who keeps people out, or lets them in again, answers for the whole installation. */
const operators = ['operator', 'owner'] as const;

export const bar = ordering(
  { id: 'account.bar', verb: 'bar', summary: 'Closes an account to everybody', roles: operators, guarded: 'change' },
  barAccount,
);

export const unbar = ordering(
  { id: 'account.unbar', verb: 'unbar', summary: 'Opens a barred account', roles: operators, guarded: 'change' },
  unbarAccount,
);

export const reset = ordering(
  {
    id: 'account.reset-factors',
    verb: 'reset-factors',
    summary: 'Takes two-step verification away from somebody who has lost all their factors',
    roles: helpers,
    guarded: 'change',
  },
  resetFactors,
);

export const orderPassword = ordering(
  {
    id: 'account.order-password',
    verb: 'order-password',
    summary: 'The next sign-in asks for a new password, which its owner chooses',
    roles: helpers,
    guarded: 'change',
  },
  orderNewPassword,
);

export const endSessions = ordering(
  {
    id: 'account.end-sessions',
    verb: 'end-sessions',
    summary: 'Signs everybody out of an account',
    roles: helpers,
    guarded: null,
  },
  endAllSessions,
);

export const erase = ordering(
  {
    id: 'account.erase',
    verb: 'erase',
    summary: 'Erases an account for good',
    // It cannot be taken back.
    roles: ['owner'],
    guarded: 'change',
  },
  eraseByOrder,
);
