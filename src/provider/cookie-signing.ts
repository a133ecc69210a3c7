/**
 * Signatures of the provider's cookies: HMAC-SHA-256, the first key signs, all of them are believed (rotation). In place
 * of the `keygrip` that Koa would make of the same keys: that one is SHA-1 and compares by two more MACs under a random
 * key, which cost a twelfth of a sign-in without its hash.
 */

import type { KeyObject } from 'node:crypto';
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { keyIdOf } from '../secrets/sealing.ts';

export type CookieSigning = {
  sign(data: string): string;
  verify(data: string, signature: string): boolean;
  /** Which key signed it; -1 = none of ours. One that is not the first signs anew what it finds (Koa's cookies do). */
  index(data: string, signature: string): number;
  /** From now on these keys, as a command or SIGHUP gave them. @throws RangeError without a key. */
  take(secrets: readonly string[]): void;
  /** In the order of the keys. */
  readonly ids: readonly string[];
};

/** @throws RangeError without a key. */
export function cookieSigning(secrets: readonly string[]): CookieSigning {
  let keys = keysOf(secrets);
  const index = (data: string, signature: string): number => {
    const sent = Buffer.from(signature, 'base64url');
    return keys.all.findIndex(({ key }) => {
      const own = macOf(key, data).digest();
      return own.length === sent.length && timingSafeEqual(own, sent);
    });
  };
  return {
    sign: (data) => macOf(keys.first.key, data).digest('base64url'),
    verify: (data, signature) => index(data, signature) >= 0,
    index,
    take: (taken) => {
      keys = keysOf(taken);
    },
    get ids() {
      return keys.all.map(({ id }) => id);
    },
  };
}

function keysOf(secrets: readonly string[]) {
  const all = secrets.map((secret) => {
    const bytes = Buffer.from(secret);
    return { id: keyIdOf(bytes), key: createSecretKey(bytes) };
  });
  const [first] = all;
  if (first === undefined) throw new RangeError('cookies need a key');
  return { first, all };
}

function macOf(key: KeyObject, data: string) {
  return createHmac('sha256', key).update(data);
}
