/** Every operation there is: routes, description, pages and the matrix of the tests are made of this table. */
import { evidence } from './accounts/evidence.ts';
import * as accounts from './accounts/find.ts';
import * as orders from './accounts/orders.ts';
import * as relinking from './accounts/relinking.ts';
import { resend } from './accounts/resend.ts';
import * as clientChanges from './clients/changes.ts';
import * as clients from './clients/operations.ts';
import * as keys from './keys/operations.ts';
import * as mails from './mails/operations.ts';
import type { AdminOperation } from './operation.ts';
import * as reports from './reports/operations.ts';
import * as state from './reports/state.ts';
import * as rosters from './rosters/operations.ts';
import * as staff from './staff/operations.ts';

export const adminOperations: readonly AdminOperation[] = [
  accounts.search,
  reports.timeline,
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
  staff.list,
  staff.put,
  clients.list,
  clients.check,
  clients.drift,
  clientChanges.reload,
  clients.read,
  clientChanges.put,
  clientChanges.remove,
  rosters.lists,
  rosters.entries,
  rosters.entry,
  rosters.add,
  rosters.change,
  rosters.remove,
  state.terms,
  evidence,
  state.brokers,
  state.keys,
  keys.rotate,
  state.outbox,
  mails.list,
  mails.retry,
  state.dependencies,
  reports.statistics,
  reports.audit,
];
