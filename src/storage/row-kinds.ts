import type { ExpiringRows } from './expiring-ports.ts';
import type { Storage } from './ports.ts';

type RowPorts = Pick<
  Storage,
  | 'journeys'
  | 'sessions'
  | 'links'
  | 'newestLinks'
  | 'challenges'
  | 'usedChallenges'
  | 'enrolments'
  | 'adoptions'
  | 'exchanges'
  | 'origins'
  | 'rosterUploads'
  | 'adminCalls'
  | 'keyNodes'
  | 'trails'
>;

/** The expiring rows by the names under which every back end keeps them: what moves house is found again by its kind. */
export function allRows(rows: <T>(kind: string) => ExpiringRows<T>): RowPorts {
  return {
    journeys: rows('journey'),
    sessions: rows('session'),
    links: rows('link'),
    newestLinks: rows('newest-link'),
    challenges: rows('challenge'),
    usedChallenges: rows('used-challenge'),
    enrolments: rows('enrolment'),
    adoptions: rows('adoption'),
    exchanges: rows('exchange'),
    origins: rows('origin'),
    rosterUploads: rows('roster-upload'),
    adminCalls: rows('admin-call'),
    keyNodes: rows('key-nodes'),
    trails: rows('trail'),
  };
}
