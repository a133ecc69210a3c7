/** Makes hashes as earlier systems made them: for fixtures only, the product can but verify these. */
import { createHash } from 'node:crypto';
import { hashSync } from '@node-rs/bcrypt';

/** The smallest cost, so that tests stay quick. */
export function makeBcrypt(password: string | Uint8Array, version: '2a' | '2b' | '2y' = '2b', cost = 4): string {
  // The three names mean one algorithm: only the prefix differs.
  return hashSync(password, cost).replace(/^\$2[aby]\$/, `$${version}$`);
}

export function makeSaltedSha256(password: string, salt: Uint8Array, encoding: 'hex' | 'base64' = 'hex'): string {
  const digest = createHash('sha256').update(salt).update(password).digest('hex');
  return `sha256$${Buffer.from(salt).toString(encoding)}$${digest}`;
}
