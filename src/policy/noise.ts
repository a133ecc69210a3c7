/** Randomness that the same seed repeats: for simulations only, nothing here is secret or fit for secrets. */
import type { AccountDice } from '../journey/step-up.ts';

export type Noise = {
  /** Uniform in [0, 1). */
  share(): number;
  /** Between events of a Poisson process of rate 1. */
  gap(): number;
  /** Of the account at hand; other dice after `newDice`. */
  readonly dice: AccountDice;
  newDice(): void;
};

const { floor, imul, log } = Math;
const dayMs = 86_400_000;
const kinds = { identification: 0x9e3779b9, code: 0x85ebca6b } as const;

/** The finaliser of MurmurHash3: every bit of the result hangs on every bit of `value`. */
function mixed(value: number): number {
  let bits = value;
  bits = imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

export function createNoise(seed: number): Noise {
  const next = sfc32(seed);
  const share = () => next() / 2 ** 32;
  let account = 0;
  let offsetMs = 0;
  return {
    share,
    gap: () => -log(1 - share()),
    dice: {
      offsetMs: () => offsetMs,
      share: (kind, window) => mixed(mixed(account ^ kinds[kind]) + imul(window, 0x27d4eb2f)) / 2 ** 32,
    },
    newDice() {
      account = next();
      offsetMs = floor(share() * dayMs);
    },
  };
}

/** Chris Doty-Humphrey's small fast counting generator: 128 bits of state, 32 bits a call. */
function sfc32(seed: number): () => number {
  let a = seed >>> 0;
  let b = floor(seed / 2 ** 32) >>> 0;
  let c = 0;
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // So that seeds that look alike part.
  for (let round = 0; round < 16; round += 1) next();
  return next;
}
