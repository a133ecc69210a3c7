/**
 * What a step-up policy costs and catches: accounts live whole years, sign-in by sign-in, under the very rules that the
 * ladder asks (journey/step-up.ts, journey/next-step.ts). Only the dice are others: a fast hash of a seed stands where
 * the service has a keyed MAC, so that the same seed gives the same answer and a million accounts take seconds.
 *
 * Imports the pure rules of journey/ and config's types; reads no clock, no store and no configuration.
 * Promise: every account asked for is simulated; what is estimated carries its 95 % confidence interval.
 * The assumptions about people and thieves, and the closed forms this is checked against: docs/step-up.md.
 */
import type { StepUpPolicy } from '../config/policy-schema.ts';
import { type Interval, meanInterval, shareInterval } from './interval.ts';
import { createLife, type Life } from './life.ts';
import { createNoise, type Noise } from './noise.ts';

export type Traffic = {
  readonly accounts: number;
  /** Proved passwords per account, at random times (a Poisson process). */
  readonly signInsPerWeek: number;
  /** Browsers in use per account; each sign-in takes one of them at random. */
  readonly devices: number;
  /** How often a year one of an account's browsers is replaced or loses its cookies. */
  readonly newDevicesPerYear: number;
  /** How often somebody tries who has stolen the password. */
  readonly thiefSignInsPerDay: number;
};

export type SimulationInput = {
  readonly policy: StepUpPolicy;
  readonly traffic: Traffic;
  /** Counted after a time of warming up that is not. */
  readonly years: number;
  /** Of one identification. */
  readonly price: number;
  readonly seed: number;
};

export type Odds = { readonly odds: number; readonly low: number; readonly high: number };

/** After so many sign-ins of a thief the odds are told. */
export const tries = [1, 5, 10, 50] as const;

export type Simulation = {
  readonly identificationsPerYear: number;
  readonly costPerYear: number;
  /** Of all sign-ins, those that were asked for an identification. */
  readonly interruptedShare: number;
  readonly stolenPasswordCaughtWithin: Readonly<Record<(typeof tries)[number], Odds>>;
  readonly signInsPerYear: number;
  /** 95 % confidence intervals. */
  readonly intervals: { readonly identificationsPerYear: Interval; readonly costPerYear: Interval };
  /** So many accounts had their password stolen, for the odds. */
  readonly thefts: number;
};

const dayMs = 86_400_000;
const yearMs = 365 * dayMs;
/** Enough for intervals within ± 0.4 percentage points. */
const mostThefts = 100_000;

/** The longest that an account goes without, but for the wait for its next sign-in. */
const cycleMs = ({ atMostDays }: StepUpPolicy): number => (atMostDays ?? 7) * dayMs;
/** Until the time since the last identification is spread as it is in the long run. */
const warmUpMs = (policy: StepUpPolicy): number => 2 * cycleMs(policy);

export function simulate(input: SimulationInput): Simulation {
  const { policy, traffic, years, price } = input;
  const noise = createNoise(input.seed);
  const life = createLife(policy, traffic, noise);
  const { signIns, identifications } = liveAll(life, input, noise);
  const thefts = Math.min(traffic.accounts, mostThefts);
  const perYear = meanInterval(identifications, traffic.accounts);
  const yearly = (mean: number) => (mean * traffic.accounts) / years;
  const interval = { low: yearly(perYear.low), high: yearly(perYear.high) };
  return {
    identificationsPerYear: identifications.sum / years,
    costPerYear: (identifications.sum / years) * price,
    interruptedShare: signIns === 0 ? 0 : identifications.sum / signIns,
    stolenPasswordCaughtWithin: oddsOf(stealAll(life, input, noise, thefts), thefts),
    signInsPerYear: signIns / years,
    intervals: {
      identificationsPerYear: interval,
      costPerYear: { low: interval.low * price, high: interval.high * price },
    },
    thefts,
  };
}

/** How often accounts that nobody steals are asked. */
function liveAll(life: Life, { policy, traffic, years }: SimulationInput, noise: Noise) {
  const identifications = { sum: 0, sumOfSquares: 0 };
  let signIns = 0;
  for (let account = 0; account < traffic.accounts; account += 1) {
    life.begin(noise.share() * cycleMs(policy));
    life.liveUntil(warmUpMs(policy));
    life.count.signIns = 0;
    life.count.identifications = 0;
    life.liveUntil(warmUpMs(policy) + years * yearMs);
    signIns += life.count.signIns;
    identifications.sum += life.count.identifications;
    identifications.sumOfSquares += life.count.identifications ** 2;
  }
  return { signIns, identifications };
}

/**
 * For each theft the thief's sign-in that was the first to be asked for a proof he has not; those beyond the last of
 * `tries` are not followed. The owner goes on signing in meanwhile, and pays what is asked of him.
 */
function stealAll(life: Life, { policy, traffic }: SimulationInput, noise: Noise, thefts: number): Uint32Array {
  const last = tries[tries.length - 1] ?? 0;
  const caughtAt = new Uint32Array(last + 1);
  const paceMs = dayMs / traffic.thiefSignInsPerDay;
  for (let theft = 0; theft < thefts; theft += 1) {
    life.begin(noise.share() * cycleMs(policy));
    const stolenAt = warmUpMs(policy) + noise.share() * yearMs;
    for (let attempt = 1; attempt <= last; attempt += 1) {
      life.liveUntil(stolenAt + (attempt - 1) * paceMs);
      if (!life.asksThief(stolenAt + (attempt - 1) * paceMs, attempt === 1)) continue;
      caughtAt[attempt] = (caughtAt[attempt] ?? 0) + 1;
      break;
    }
  }
  return caughtAt;
}

function oddsOf(caughtAt: Uint32Array, thefts: number): Simulation['stolenPasswordCaughtWithin'] {
  const within = (attempts: number): Odds => {
    const caught = caughtAt.subarray(0, attempts + 1).reduce((sum, count) => sum + count, 0);
    return { odds: caught / thefts, ...shareInterval(caught, thefts) };
  };
  return { 1: within(1), 5: within(5), 10: within(10), 50: within(50) };
}
