/**
 * What is counted for years lives here: sign-ins, identifications, codes, where people give up, by day and client. The
 * charts of /admin and the admin API are drawn from it. names.ts: what there is to count; tally.ts: counting in memory,
 * stored now and then; counted-records.ts: what an audit record counts as; statistics.ts: the counts read and made sense
 * of. May import the ports, the audit's types and the ladder's names.
 *
 * Promises: a count is of a client on a day and of nobody; counting costs no write of its own and no answer waits for it.
 * A process that is killed loses what it counted since the last time (`tallyPauseMs`); one that is stopped loses nothing.
 */
import type { Deps } from '../deps.ts';
import { dayOf } from '../finnish-day.ts';
import type { ClientId, Instant } from '../ids.ts';
import type { DayCounts } from '../storage/statistics-port.ts';
import type { CountName } from './names.ts';

export type Tally = {
  /** One more on the day of `at`. null: of no client. */
  count(name: CountName, client: ClientId | null, at: Instant): void;
  /** Tells every count from now on. */
  onCount(listener: (name: CountName) => void): void;
  /** Stores what was counted since. Throws as the storage does; what was not stored is kept for the next time. */
  flush(): Promise<void>;
};

/** How often what was counted is stored. */
export const tallyPauseMs = 30_000;

const hourMs = 3_600_000;

type Rows = Map<string, { readonly day: string; readonly clientId: ClientId | ''; readonly counts: CountsOfRow }>;
type CountsOfRow = Record<string, number>;
type Batch = { readonly name: string; readonly rows: readonly DayCounts[] };

export function createTally({ storage, random }: Pick<Deps, 'storage' | 'random'>): Tally {
  const finnishDay = createDays();
  let rows: Rows = new Map();
  /** Given to the store, which has not said that it has it. */
  let unsure: Batch | null = null;
  let storing: Promise<void> = Promise.resolve();
  const listeners: ((name: CountName) => void)[] = [];

  async function store(): Promise<void> {
    for (let turns = 0; turns < 2; turns += 1) {
      if (unsure === null) {
        if (rows.size === 0) return;
        unsure = { name: random.bytes(12).toString('base64url'), rows: [...rows.values()] };
        rows = new Map();
      }
      await storage.statistics.add(unsure.name, unsure.rows);
      unsure = null;
    }
  }

  return {
    onCount: (listener) => void listeners.push(listener),
    count(name, client, at) {
      for (const listener of listeners) listener(name);
      const day = finnishDay(at);
      const clientId = client ?? '';
      const key = `${day}|${clientId}`;
      const counts: CountsOfRow = rows.get(key)?.counts ?? {};
      counts[name] = (counts[name] ?? 0) + 1;
      rows.set(key, { day, clientId, counts });
    },
    flush() {
      // One after the other: of two at once the later would count what the earlier was not sure of.
      storing = storing.catch(() => undefined).then(store);
      return storing;
    },
  };
}

/** Days change at full hours, and to write one costs more than to count. */
function createDays(): (at: Instant) => string {
  let last = { hour: Number.NaN, day: '' };
  return (at) => {
    const hour = Math.floor(at / hourMs);
    if (hour !== last.hour) last = { hour, day: dayOf(at) };
    return last.day;
  };
}
