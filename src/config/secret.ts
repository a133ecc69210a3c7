/**
 * A value that must not be seen: it prints as `[secret]` in strings, JSON, logs and `util.inspect`, and is read only by
 * an explicit `reveal()`, so that every use can be found by its name. A class, because only a private field keeps the
 * value from whoever walks over an object's keys.
 */
import { inspect } from 'node:util';

const redacted = '[secret]';

export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
    Object.freeze(this);
  }

  /** The value itself: for the one call that needs it, never to be kept or logged. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [inspect.custom](): string {
    return redacted;
  }
}
