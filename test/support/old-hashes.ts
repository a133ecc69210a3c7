/** Makes hashes as earlier systems made them: for fixtures only, the product can but verify these. */
import { createHash } from 'node:crypto';
import { hashSync } from '@node-rs/bcrypt';

/** The smallest cost, so that tests stay quick. */
export function makeBcrypt(password: string | Uint8Array, version: '2a' | '2b' | '2y' = '2b', cost = 4): string {
  // The three names mean one algorithm: only the prefix differs.
  return hashSync(password, cost).replace(/^\$2[aby]\$/, `$${version}$`);
}

/** In the layout of our own. */
export function makeDigest(password: string, salt: Uint8Array): string {
  const digest = createHash('sha256').update(salt).update(password).digest('hex');
  return `digest$sha256$salt+password$${Buffer.from(salt).toString('hex')}$${digest}`;
}
