import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../deps.ts';
import type { Hit, RateLimits } from '../expiring-ports.ts';
import { believableEnd } from '../limit-windows.ts';
import { prepareOne, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

export function createRateLimits(db: DatabaseSync, { read, write }: Transactions, clock: Clock): RateLimits {
  // One statement adds, or starts a new window where the old one has ended or was begun under a clock far ahead: two parallel hits can never both be first.
  const hit = prepareOne<Hit>(
    db,
    `INSERT INTO rate_limits (key, count, expires_at) VALUES (?1, 1, ?2)
     ON CONFLICT (key) DO UPDATE SET
       count = CASE WHEN expires_at > ?3 AND expires_at <= ?4 THEN count + 1 ELSE 1 END,
       expires_at = CASE WHEN expires_at > ?3 AND expires_at <= ?4 THEN expires_at ELSE ?2 END
     RETURNING count, expires_at AS resetsAt`,
  );
  const peek = prepareOne<Hit>(
    db,
    'SELECT count, expires_at AS resetsAt FROM rate_limits WHERE key = ? AND expires_at > ? AND expires_at <= ?',
  );
  const forget = prepareRun(db, 'DELETE FROM rate_limits WHERE key = ?');
  return {
    hit: (key, windowMs) =>
      write(() => {
        const now = clock.now();
        const row = hit(key, now + windowMs, now, believableEnd(now));
        if (!row) throw new Error('a counted hit returned no count');
        return { ...row };
      }),
    peek: (key) =>
      read(() => {
        const now = clock.now();
        const row = peek(key, now, believableEnd(now));
        return row ? { ...row } : { count: 0, resetsAt: now };
      }),
    async forget(key) {
      // Most are forgotten before they were ever counted: no transaction for nothing.
      const now = clock.now();
      if (await read(() => peek(key, now, believableEnd(now)))) await write(() => void forget(key));
    },
  };
}
