import type { AuditEvent, AuditRecord } from '../audit/audit-log.ts';
import type { AccountId, Instant } from '../ids.ts';
import type { RosterEntry, RosterList } from '../storage/roster-port.ts';

/** Who changes a list: one of the staff, or the operator by a command or a file. */
export type Actor =
  | { readonly by: 'staff'; readonly accountId: AccountId }
  | { readonly by: 'command' | 'file'; readonly accountId: null };

type RosterEvent = Extract<AuditEvent, `roster.entry-${string}` | 'roster.exported'>;
type Details = AuditRecord['details'];

/** A record of what was done to a list: by whom, to which entry; never about whom, and never what a note says. */
export function recorded(
  event: RosterEvent,
  { roster, county }: RosterList,
  { by, accountId }: Actor,
  at: Instant,
  more: Details = {},
): AuditRecord {
  return { at, event, accountId, clientId: null, journeyId: null, details: { roster, county, by, ...more } };
}

/** The same for one entry. */
export function recordedOf(
  event: RosterEvent,
  entry: RosterEntry,
  actor: Actor,
  at: Instant,
  more: Details = {},
): readonly AuditRecord[] {
  return [recorded(event, entry, actor, at, { entry: entry.id, ...more })];
}
