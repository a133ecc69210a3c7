/** `avain audit …`, where the store is (docs/audit.md). Who reads the log is itself in the log. */
import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { calendarDate } from '../config/values.ts';
import { type Operation, type OperationDeps, OperationRefused, type Operations } from '../control/operation.ts';
import { operatorName } from '../control/operator-words.ts';
import { dayAfter, startOfDay } from '../finnish-day.ts';
import type { AuditEvent, AuditRecord } from './audit-log.ts';
import { exportedItems } from './exported.ts';
import { openDetails } from './sealed-details.ts';
import { searchedAccount } from './searched-account.ts';
import { verifyStored } from './stored-chain.ts';

const publicKey = ({ keyring }: Pick<OperationDeps, 'keyring'>) => createPublicKey(keyring.auditKey());

/** Lines of JSON: how many records were read, now and then; the last one is the result. Exit 1 if anything is wrong. */
const verify: Operation = async (deps, _args, print) => {
  const result = await verifyStored(deps.storage, publicKey(deps), (read) => print(JSON.stringify({ read })));
  print(JSON.stringify({ ok: result.faults.length === 0, ...result }));
  return result.faults.length === 0 ? 0 : 1;
};

/** For an auditor, who verifies with it what was exported or sent elsewhere, and can sign nothing. Argument: `json` or nothing. */
const key: Operation = async (deps, [form], print) => {
  const pem = String(publicKey(deps).export({ type: 'spki', format: 'pem' })).trimEnd();
  print(form === 'json' ? JSON.stringify({ pem }) : pem);
  return 0;
};

const exportArguments = z.strictObject({
  by: z.string(),
  /** Days in Finland, both included. */
  from: calendarDate.nullable(),
  to: calendarDate.nullable(),
  node: z.string().nullable(),
});
export type ExportArguments = z.infer<typeof exportArguments>;

const exportOperation: Operation = async (deps, [asked = ''], print) => {
  const { by, from, to, node } = exportArguments.parse(JSON.parse(asked));
  await tellTheLog(deps, 'audit.exported', by, { from, to, node });
  const range = { from: from === null ? 0 : startOfDay(from), to: to === null ? null : startOfDay(dayAfter(to)), node };
  for await (const item of exportedItems(deps, range)) {
    print(JSON.stringify(item));
    await print.caughtUp();
  }
  return 0;
};

const searchArguments = z.strictObject({
  by: z.string(),
  account: z.string().nullable(),
  event: z.string().nullable(),
  actor: z.string().nullable(),
  since: calendarDate.nullable(),
  limit: z.int().min(1).max(10_000),
});
export type SearchArguments = z.infer<typeof searchArguments>;

const pageRows = 500;

/** One record a line, newest first, with its personal details where the account is still there. */
const search: Operation = async (deps, [asked = ''], print) => {
  const { by, account, event, actor, since, limit } = searchArguments.parse(JSON.parse(asked));
  if (account === null && event === null && actor === null && since === null)
    throw new OperationRefused('Search for something: --account, --event, --actor or --since.');
  const accountId = account === null ? null : await searchedAccount(deps, account);
  await tellTheLog(deps, 'audit.searched', by, { event, actor, since }, accountId);
  // A cast: one that does not exist finds nothing.
  const filter = {
    accountId,
    event: event as AuditEvent | null,
    actor,
    since: since === null ? null : startOfDay(since),
  };
  for (let [left, before] = [limit, null as string | null]; left > 0; ) {
    const page = await deps.storage.audit.search(filter, before, Math.min(pageRows, left));
    for (const record of page.records) print(JSON.stringify(await told(deps, record)));
    await print.caughtUp();
    left -= page.records.length;
    before = page.next;
    if (before === null) break;
  }
  return 0;
};

async function told(deps: OperationDeps, { sealed, at, ...record }: AuditRecord) {
  const personal = await openDetails(deps, record.accountId, sealed);
  return { at: new Date(at).toISOString(), ...record, ...(personal && { personal }) };
}

/** Before anything is shown. */
async function tellTheLog(
  { storage, clock }: OperationDeps,
  event: 'audit.exported' | 'audit.searched',
  by: string,
  details: AuditRecord['details'],
  accountId: AuditRecord['accountId'] = null,
): Promise<void> {
  const actor = `operator:${operatorName(by)}`;
  await storage.audit.append({ at: clock.now(), event, accountId, clientId: null, journeyId: null, actor, details });
}

export const auditOperations: Operations = {
  'audit.verify': verify,
  'audit.key': key,
  'audit.export': exportOperation,
  'audit.search': search,
};
