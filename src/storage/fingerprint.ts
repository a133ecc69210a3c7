import { createHash } from 'node:crypto';

export type Fingerprint = { readonly rows: number; readonly hash: string };

/** Counts the rows of one table and sums their hashes: the same for the same rows in whatever order a store gives them. */
export type Fingerprinting = { add(value: unknown): void; readonly result: Fingerprint };

export function startFingerprint(): Fingerprinting {
  let [rows, sum] = [0, 0n];
  return {
    add(value) {
      rows += 1;
      sum = BigInt.asUintN(128, sum + BigInt(`0x${createHash('sha256').update(canonical(value)).digest('hex')}`));
    },
    get result() {
      return { rows, hash: sum.toString(16).padStart(32, '0') };
    },
  };
}

/** JSON with sorted keys: stores keep the values, not the order of the keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
