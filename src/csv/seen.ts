import type { Fingerprint } from '../ids.ts';

export type Seen = {
  /** False if it was added before. */
  add(fingerprint: Fingerprint): boolean;
};

const firstSlots = 1_024;
/** Of a fingerprint's end: 64 bits of it. */
const keyLetters = 11;

/**
 * Which people a file has had, by fingerprint: 64 bits of each in a table that is at least half empty, so at most 32 bytes a row at the
 * moment it grows and 16 on average, outside of V8's heap. Among three million people, two different ones are taken
 * for one in fewer than one file of a million.
 */
export function createSeen(): Seen {
  let slots = new BigUint64Array(firstSlots);
  let count = 0;

  const place = (table: BigUint64Array, key: bigint): number => {
    const mask = table.length - 1;
    let at = Number(key & BigInt(mask));
    while (table[at] !== 0n && table[at] !== key) at = (at + 1) & mask;
    return at;
  };

  const grow = (): void => {
    const larger = new BigUint64Array(slots.length * 2);
    for (const key of slots) if (key !== 0n) larger[place(larger, key)] = key;
    slots = larger;
  };

  return {
    add(fingerprint) {
      const bytes = Buffer.alloc(8);
      Buffer.from(fingerprint.slice(-keyLetters), 'base64url').copy(bytes);
      // Zero marks an empty slot.
      const key = bytes.readBigUInt64BE() || 1n;
      const at = place(slots, key);
      if (slots[at] === key) return false;
      slots[at] = key;
      count += 1;
      if (count * 2 > slots.length) grow();
      return true;
    },
  };
}
