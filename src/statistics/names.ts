/** The names under which counts are stored: parts with `/` between them, so that a new broker needs no new table. */
import type { IdentificationRule } from '../journey/facts.ts';
import type { Rung } from '../journey/next-step.ts';
import type { Seconds } from './durations.ts';

type Simple =
  /** Of all journeys the one who began it; each ends finished, cancelled, or given up. */
  | 'journey/begun'
  | 'journey/finished'
  | 'journey/cancelled'
  | 'sign-in'
  | 'sign-up/begun'
  | 'sign-up/activated'
  | 'password/proved'
  | 'password/refused'
  | 'password/delayed'
  | 'code/sent'
  | 'code/proved'
  | 'code/refused'
  | 'factor/used'
  | 'factor/refused';

/** Why somebody identified: by a rule of the policy, or to find the account they forgot. */
export type IdentifiedFor = IdentificationRule | 'find-account' | 'unknown';

/** Counted on the day the journey began, so that of each day's people it is known where they went. */
export type RungEnd = 'entered' | 'left' | 'cancelled';

export type CountName =
  | Simple
  | `identification/${string}/${'started' | 'failed' | `done/${IdentifiedFor}`}`
  | `rung/${Rung}/${RungEnd}`
  | `rung/${Rung}/within/${Seconds}`;
