import type { AuditRecord } from '../audit/audit-log.ts';
import type { CountName, IdentifiedFor } from './names.ts';
import type { Tally } from './tally.ts';

const plain: Partial<Record<AuditRecord['event'], CountName>> = {
  'sign-in.finished': 'sign-in',
  'sign-up.requested': 'sign-up/begun',
  'account.activated': 'sign-up/activated',
  'password.proved': 'password/proved',
  'password.refused': 'password/refused',
  'password.delayed': 'password/delayed',
  'email-code.sent': 'code/sent',
  'email-code.proved': 'code/proved',
  'email-code.refused': 'code/refused',
  'factor.used': 'factor/used',
  'factor.refused': 'factor/refused',
};

export function tallyRecord(tally: Tally, record: AuditRecord): void {
  const name = countNameOf(record);
  if (name !== null) tally.count(name, record.clientId, record.at);
}

/** What one record of the audit log counts as; null = it is not counted for years. */
function countNameOf({ event, details }: Pick<AuditRecord, 'event' | 'details'>): CountName | null {
  // None where no broker could be asked at all.
  const broker = String(details.broker ?? 'none');
  if (event === 'strong-auth.started') return `identification/${broker}/started`;
  if (event === 'strong-auth.failed' || event === 'strong-auth.postponed') return `identification/${broker}/failed`;
  // One that turned out to be somebody else's was made, and is paid for, all the same.
  const made = event === 'strong-auth.identified' || event === 'strong-auth.mismatch';
  if (made) return `identification/${broker}/done/${identifiedFor(details)}`;
  return plain[event] ?? null;
}

/** A cast: `rule` is written where an identification is asked, from the policy's own rules. */
function identifiedFor({ purpose, rule }: AuditRecord['details']): IdentifiedFor {
  return purpose === 'find-account' ? purpose : ((rule ?? 'unknown') as IdentifiedFor);
}
