import type { Account } from '../accounts/account.ts';
import type { AuditRecord } from '../audit/audit-log.ts';
import type { Client } from '../config/schema.ts';
import type { Instant } from '../ids.ts';
import type { DrawKind } from './step-up.ts';

/** What the dice newly asked for, for the audit log. */
export function drawRecords(
  before: Account,
  after: Account,
  { stepUp, code }: Pick<Client, 'stepUp' | 'code'>,
  at: Instant,
): readonly Pick<AuditRecord, 'at' | 'event' | 'details'>[] {
  const drawn = (kind: DrawKind, rate: number) =>
    ({ at, event: 'step-up.drawn', details: { kind, rule: 'rate', rate } }) as const;
  return [
    ...(after.owedIdentification !== before.owedIdentification ? [drawn('identification', stepUp.rate)] : []),
    ...(after.owedCode !== before.owedCode ? [drawn('code', code.rate)] : []),
  ];
}
