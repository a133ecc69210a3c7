/** What may be done to one account: each by its operation, on a page of its own that says what follows before it is done. */
import * as orders from '../../accounts/orders.ts';
import * as relinking from '../../accounts/relinking.ts';
import type { AdminOperation } from '../../operation.ts';
import type { AdminDone } from '../done.ts';
import type { ShownAccount } from './account-facts.ts';

export const personActionNames = [
  'end-sessions',
  'order-password',
  'reset-factors',
  'relink',
  'bar',
  'unbar',
  'erase',
] as const;
export type PersonActionName = (typeof personActionNames)[number];

export type PersonAction = {
  readonly operation: AdminOperation;
  /** Where there is nothing to do, it is not offered. */
  readonly fits: (account: ShownAccount) => boolean;
  /** Takes something away that does not come back by itself. */
  readonly danger: boolean;
  readonly done: AdminDone;
};

export const personActions: Readonly<Record<PersonActionName, PersonAction>> = {
  'end-sessions': { operation: orders.endSessions, fits: () => true, danger: false, done: 'sessions-ended' },
  'order-password': {
    operation: orders.orderPassword,
    fits: ({ passwordSetAt, mustChangePassword }) => passwordSetAt !== null && !mustChangePassword,
    danger: false,
    done: 'password-ordered',
  },
  'reset-factors': {
    operation: orders.reset,
    fits: ({ secondFactors }) => secondFactors > 0,
    danger: true,
    done: 'factors-reset',
  },
  relink: {
    operation: relinking.ask,
    fits: ({ identityLinkedAt, relinkingAskedAt }) => identityLinkedAt !== null && relinkingAskedAt === null,
    danger: false,
    done: 'relinking-asked',
  },
  bar: { operation: orders.bar, fits: ({ barredAt }) => barredAt === null, danger: true, done: 'barred' },
  unbar: { operation: orders.unbar, fits: ({ barredAt }) => barredAt !== null, danger: false, done: 'unbarred' },
  erase: { operation: orders.erase, fits: () => true, danger: true, done: 'erased' },
};
