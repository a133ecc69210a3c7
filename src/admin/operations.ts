/** Every operation there is: routes, description, pages and the matrix of the tests are made of this table. */
import * as accounts from './accounts/find.ts';
import * as orders from './accounts/orders.ts';
import * as relinking from './accounts/relinking.ts';
import { resend } from './accounts/resend.ts';
import type { AdminOperation } from './operation.ts';

export const adminOperations: readonly AdminOperation[] = [
  accounts.search,
  resend,
  accounts.read,
  accounts.exportData,
  orders.bar,
  orders.unbar,
  orders.reset,
  orders.orderPassword,
  orders.endSessions,
  orders.erase,
  relinking.ask,
  relinking.list,
  relinking.confirm,
];
