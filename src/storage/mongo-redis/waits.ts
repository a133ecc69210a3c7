/**
 * How long anybody waits for a store. One call has its own limit; all calls of one request have a limit together, since
 * a slow store would otherwise be waited for a dozen times. Nobody waits longer than both, whatever the drivers do with
 * the sockets below (security.md §3.3; a lost or late answer counts as "away", and what was asked may have been done).
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { TemporarilyUnavailable } from '../../errors.ts';

export type Waits = {
  /** Runs the work of one request within its budget. */
  bounded<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Asks once and waits at most `limitMs`, or what is left of the request's budget. Throws TemporarilyUnavailable when
   * time is up; other errors of `ask` pass as they are. `store` is for the log, as `redis`.
   */
  call<T>(store: string, limitMs: number, ask: () => Promise<T>): Promise<T>;
};

/** What a request still may wait; calls side by side are waited for at the same time and count once. */
type Budget = { leftMs: number; waiting: number; since: number };

export function createWaits(budgetMs: number): Waits {
  const budgets = new AsyncLocalStorage<Budget>();
  return {
    bounded: (work) => budgets.run({ leftMs: budgetMs, waiting: 0, since: 0 }, work),
    async call(store, limitMs, ask) {
      const budget = budgets.getStore();
      const leftMs = Math.min(limitMs, budget ? leftOf(budget) : limitMs);
      // Timers may end a millisecond early.
      if (leftMs <= 1) throw new TemporarilyUnavailable(`${store}: the request has waited long enough`);
      if (budget) begin(budget);
      try {
        return await inTime(store, leftMs, ask());
      } finally {
        if (budget) end(budget);
      }
    },
  };
}

/** The wait that is under way counts already: of calls that overlap, one after another, none would ever see an end. */
function leftOf({ leftMs, waiting, since }: Budget): number {
  return waiting === 0 ? leftMs : leftMs - (performance.now() - since);
}

function begin(budget: Budget): void {
  if (budget.waiting === 0) budget.since = performance.now();
  budget.waiting += 1;
}

function end(budget: Budget): void {
  budget.waiting -= 1;
  if (budget.waiting === 0) budget.leftMs -= performance.now() - budget.since;
}

function inTime<T>(store: string, limitMs: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const tooLate = () => reject(new TemporarilyUnavailable(`${store}: no answer in time`));
    // Where it was us who were busy, the answer lies in the socket: one look there before anybody is blamed.
    const timer = setTimeout(() => setImmediate(tooLate), Math.ceil(limitMs));
    // An answer that comes too late, good or bad, is nobody's any more.
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
