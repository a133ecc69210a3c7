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
  readonly status: 400 | 403 | 404 | 405 | 410 | 413 | 415 | 421;
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

/**
 * Something Avain needs is too busy or away: 503 with Retry-After. Made so that oidc-provider, inside whose routes it may
 * be thrown, tells programs `temporarily_unavailable` and not `server_error` (RFC 6749 4.1.2.1 has the name).
 */
export class TemporarilyUnavailable extends Error {
  override readonly name = 'TemporarilyUnavailable';
  readonly retryAfterSeconds = 2;
  /** The library's own marks of an error that a program may see, whose message is the OAuth error code. */
  readonly expose = true;
  readonly statusCode = 503;
  /** Private, for the log: what was away, as `redis timeout`. */
  readonly reason: string;

  constructor(reason: string) {
    super('temporarily_unavailable');
    this.reason = reason;
  }
}

/** What the log may have of an error: a code of ours, never anything personal where the error is one of these classes. */
export function codeOf(error: unknown): string {
  if (error instanceof TemporarilyUnavailable) return error.reason;
  return error instanceof Error ? error.message : 'unknown';
}
