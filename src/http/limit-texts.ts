/** What a person is told when a limit is reached: how long to wait, in the unit that fits. */
import type { TextRef } from './views.ts';

const longestInSeconds = 90;

type Limited = {
  readonly kind: 'retry';
  readonly status: 429;
  readonly errors: [{ field: null; text: TextRef }];
  readonly retryAfterSeconds: number;
};

/** Too many visits to the bank. */
export function identificationLimitError(seconds: number): Limited {
  const text: TextRef = { key: 'error.identification-limit', params: { minutes: Math.ceil(seconds / 60) } };
  return { kind: 'retry', status: 429, errors: [{ field: null, text }], retryAfterSeconds: seconds };
}

export function mailLimitError(seconds: number): Limited {
  const text: TextRef =
    seconds <= longestInSeconds
      ? { key: 'error.resend-wait', params: { seconds } }
      : { key: 'error.resend-limit', params: { minutes: Math.ceil(seconds / 60) } };
  return { kind: 'retry', status: 429, errors: [{ field: null, text }], retryAfterSeconds: seconds };
}
