/**
 * Signatures of the provider's cookies: HMAC-SHA-256, the first key signs, all of them are believed (rotation). In place
 * of the `keygrip` that Koa would make of the same keys: that one is SHA-1 and compares by two more MACs under a random
 * key, which cost a twelfth of a sign-in without its hash.
 */

import type { KeyObject } from 'node:crypto';
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

export type CookieSigning = {
  sign(data: string): string;
  verify(data: string, signature: string): boolean;
  /** Which key signed it; -1 = none of ours. */
  index(data: string, signature: string): number;
};

/** @throws RangeError without a key. */
export function cookieSigning(secrets: readonly string[]): CookieSigning {
  const keys = secrets.map((secret) => createSecretKey(Buffer.from(secret)));
  const [current] = keys;
  if (current === undefined) throw new RangeError('cookies need a key');
  const index = (data: string, signature: string): number => {
    const sent = Buffer.from(signature, 'base64url');
    return keys.findIndex((key) => {
      const own = macOf(key, data).digest();
      return own.length === sent.length && timingSafeEqual(own, sent);
    });
  };
  return {
    sign: (data) => macOf(current, data).digest('base64url'),
    verify: (data, signature) => index(data, signature) >= 0,
    index,
  };
}

function macOf(key: KeyObject, data: string) {
  return createHmac('sha256', key).update(data);
}
