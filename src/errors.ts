/**
 * The three error classes an HTTP answer can depend on. What a *person* did wrong is a value (`retry`), never thrown;
 * these are for requests that cannot be served as they are. Any other throw is ours: 500 with a reference id.
 * `cause` is private: a stable code for the log, never shown, never holding anything personal.
 */
import type { TextKey, TextRef } from './http/views.ts';

export type WayOn = { readonly href: string; readonly text: TextRef };

/** The request is expired, forged, unknown or malformed. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly status: 400 | 403 | 404 | 405 | 410 | 413 | 415;
  readonly title: TextRef;
  readonly body: TextRef;
  readonly wayOn: WayOn | null;

  constructor(
    status: RequestRefused['status'],
    cause: string,
    texts: { title: TextKey; body: TextKey },
    wayOn: WayOn | null = null,
  ) {
    super(cause);
    this.status = status;
    this.title = { key: texts.title };
    this.body = { key: texts.body };
    this.wayOn = wayOn;
  }
}

/** A limit is reached: 429 with Retry-After, the same for known and unknown addresses. */
export class LimitReached extends Error {
  override readonly name = 'LimitReached';
  readonly retryAfterSeconds: number;

  constructor(limit: string, retryAfterSeconds: number) {
    super(limit);
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterSeconds));
  }
}

/** Something Avain needs is too busy or away: 503 with Retry-After, nothing was changed. */
export class TemporarilyUnavailable extends Error {
  override readonly name = 'TemporarilyUnavailable';
  readonly retryAfterSeconds = 2;
}
