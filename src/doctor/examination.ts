/**
 * The doctor behind `avain check`: one file per organ, each asked by itself, so that one that is away hides nothing of the
 * others. examine.ts is the order. It asks the real thing (the mail server, each broker, the public address), never longer
 * than a few seconds, and all at once.
 *
 * May import configuration, the ports of what it examines and their connectors; knows no terminal. Promises: it changes
 * nothing and sends no mail; no finding holds a secret or anything personal; what could not be seen is "not tried",
 * never "good"; each finding that is not good says what to do.
 */
import type { LoadedConfig } from '../config/schema.ts';
import type { Clock } from '../deps.ts';

/** `doubtful`: it works, and will not for long or not for everybody. `not tried` judges nothing. */
export type Verdict = 'good' | 'doubtful' | 'bad' | 'not tried';

export type Finding = {
  /** One word or two, the same in every version: programs compare it. */
  readonly organ: string;
  readonly verdict: Verdict;
  readonly found: string;
  /** What to do; null of what is good. */
  readonly remedy: string | null;
};

/** What another program's clock said, and when we heard it: milliseconds since the epoch. */
export type ClockReading = { readonly whose: string; readonly theirs: number; readonly ours: number };

export type Examined = { readonly findings: readonly Finding[]; readonly clocks?: readonly ClockReading[] };

export type Examination = { readonly config: LoadedConfig; readonly clock: Clock };

export function good(organ: string, found: string): Finding {
  return { organ, verdict: 'good', found, remedy: null };
}

export function doubtful(organ: string, found: string, remedy: string): Finding {
  return { organ, verdict: 'doubtful', found, remedy };
}

export function bad(organ: string, found: string, remedy: string): Finding {
  return { organ, verdict: 'bad', found, remedy };
}

export function notTried(organ: string, found: string, remedy: string): Finding {
  return { organ, verdict: 'not tried', found, remedy };
}

/** The moment at which an HTTP answer was made (RFC 9110 6.6.1), to the second; none where it does not say. */
export function clockOf(whose: string, { headers }: Pick<Response, 'headers'>, clock: Clock): readonly ClockReading[] {
  const theirs = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(theirs) ? [] : [{ whose, theirs, ours: clock.now() }];
}
