/** Which role may do which operation: written by hand, so that a change of the table is seen here, too. */
import type { AdminRole } from '../../src/admin/role.ts';

const helpers = ['owner', 'operator', 'support'] as const;
const operators = ['owner', 'operator'] as const;
const owner = ['owner'] as const;
const auditors = ['owner', 'auditor'] as const;
const configuration = ['owner', 'operator', 'auditor'] as const;
const everybodyHere = ['owner', 'operator', 'support', 'auditor'] as const;
const county = ['county'] as const;

export const mayDo: Readonly<Record<string, readonly AdminRole[]>> = {
  'account.search': helpers,
  'account.timeline': helpers,
  'account.resend-activation': helpers,
  'account.read': helpers,
  'account.export': owner,
  'account.bar': operators,
  'account.unbar': operators,
  'account.reset-factors': helpers,
  'account.order-password': helpers,
  'account.end-sessions': helpers,
  'account.erase': owner,
  'relinking.ask': helpers,
  'relinking.list': helpers,
  'relinking.confirm': helpers,
  'staff.list': auditors,
  'staff.put': owner,
  'client.list': configuration,
  'client.check': configuration,
  'client.drift': configuration,
  'client.read': configuration,
  'client.reload': operators,
  'client.put': operators,
  'client.remove': operators,
  'roster.list': ['owner', 'operator', 'auditor', 'county'],
  'roster.entries': county,
  'roster.entry': county,
  'roster.add': county,
  'roster.change': county,
  'roster.remove': county,
  'terms.list': everybodyHere,
  'terms.evidence': configuration,
  'broker.list': everybodyHere,
  'key.list': configuration,
  'key.rotate': operators,
  'outbox.depth': everybodyHere,
  'outbox.list': helpers,
  'outbox.retry': helpers,
  'state.dependencies': everybodyHere,
  'statistics.read': everybodyHere,
  'audit.search': auditors,
};
