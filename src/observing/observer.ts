/**
 * What Avain asks of others (its store, its brokers, its mail server) is told to observers here: the figures of metrics/,
 * the traces of tracing/, and health.ts, which remembers what works. observed-*.ts stand before the ports and tell;
 * watch-clock.ts and watch-disk.ts look by themselves. May import the ports it stands before, nothing that knows HTTP.
 *
 * Promises: names of operations and outcomes are ours, few, and hold nothing of a request; who observes can neither change
 * nor delay what is observed; without observers it costs a call of an empty function.
 */
import { TemporarilyUnavailable } from '../errors.ts';

export type Operation = {
  readonly kind: 'storage' | 'broker' | 'mail';
  /** `accounts.update`, `demo.start`, `send`. */
  readonly name: string;
};

/** `code`: fixed text that says why; null where there is nothing to say. */
export type Outcome = {
  /** `unavailable`: nobody there, or not well; `refused`: an answer, and a no; `failed`: anything else. */
  readonly outcome: 'done' | 'refused' | 'unavailable' | 'failed';
  readonly code: string | null;
};

/** To be called once, when the operation has ended. */
export type End = (outcome: Outcome) => void;

export type AnsweredRequest = {
  readonly method: string;
  /** The pattern of the route, `none` where nothing of ours answers to the address. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
};

export type Observer = {
  begin(operation: Operation): End;
  answered(request: AnsweredRequest): void;
};

const nothing = (): void => undefined;

export const silentObserver: Observer = { begin: () => nothing, answered: nothing };

export function allObservers(observers: readonly Observer[]): Observer {
  return {
    begin(operation) {
      const ends = observers.map((observer) => observer.begin(operation));
      return (outcome) => {
        for (const end of ends) end(outcome);
      };
    },
    answered(request) {
      for (const observer of observers) observer.answered(request);
    },
  };
}

export const done: Outcome = { outcome: 'done', code: null };

/** `outcomeOf` says what a thrown error means. */
export async function observed<T>(
  observer: Observer,
  operation: Operation,
  work: () => Promise<T>,
  outcomeOf: (error: unknown) => Outcome,
): Promise<T> {
  const end = observer.begin(operation);
  try {
    const result = await work();
    end(done);
    return result;
  } catch (error) {
    end(outcomeOf(error));
    throw error;
  }
}

/** What may be told of an error whose words might quote a person: the code that Node or a server gave it, or its kind. */
export function fixedCode(error: unknown): string {
  if (error instanceof TemporarilyUnavailable) return error.reason;
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' && codeForm.test(error.code) ? error.code : error.name;
}

const codeForm = /^[A-Za-z0-9_-]{1,48}$/;
