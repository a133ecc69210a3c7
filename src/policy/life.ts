/** One account that lives under a policy, again and again: made once, begun anew for each account that is simulated. */
import { livesSchema, type StepUpPolicy } from '../config/policy-schema.ts';
import { type Standing, standingRule } from '../journey/proof-rules.ts';
import { type Draw, drawFalls } from '../journey/step-up.ts';
import type { Noise } from './noise.ts';
import type { Traffic } from './simulate.ts';

export type Life = {
  readonly count: { signIns: number; identifications: number };
  /** An account that identified `ageMs` ago. Times are ms from its beginning. */
  begin(ageMs: number): void;
  /** The owner signs in as owners do, and identifies whenever it is asked. */
  liveUntil(untilMs: number): void;
  /** Whether somebody with nothing but the password is asked for more; if not he is in, and his device is known. */
  asksThief(nowMs: number, onNewDevice: boolean): boolean;
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
/** Well after the epoch of windows; any other instant would do. */
const epochMs = Date.UTC(2026, 0, 1);

const proofOf = ({ newDevice }: StepUpPolicy): Standing['newDevice'] =>
  newDevice === 'code' || newDevice === 'identification' ? newDevice : null;

/** What is asked at a proved password: the draw first, then the rules, on the one `standing` that all accounts use. */
function createRule(policy: StepUpPolicy, noise: Noise, standing: Mutable<Standing>) {
  const { first, rate, notWithinHours, atMostDays } = policy;
  const request = { firstAlways: first === 'always', atMostMs: atMostDays === null ? null : atMostDays * dayMs };
  const draw: Draw = { kind: 'identification', rate, chance: 'policy', notWithinHours };
  const proof = proofOf(policy);
  return (now: number, onNewDevice: boolean) => {
    standing.newDevice = onNewDevice ? proof : null;
    if (standing.owedIdentification === null && drawFalls(noise.dice, standing.identifiedAt, now, draw)) {
      standing.owedIdentification = 'rate';
    }
    return standingRule(request, standing, now);
  };
}

export function createLife(policy: StepUpPolicy, traffic: Traffic, noise: Noise): Life {
  const standing: Mutable<Standing> = { linked: true, identifiedAt: 0, owedIdentification: null, newDevice: null };
  const rule = createRule(policy, noise, standing);
  const proof = proofOf(policy);
  const count = { signIns: 0, identifications: 0 };
  const devices = createDevices(traffic, noise);
  const gapMs = weekMs / traffic.signInsPerWeek;
  let nextSignInAt = 0;
  const identify = (at: number) => {
    standing.identifiedAt = at;
    standing.owedIdentification = null;
  };
  return {
    count,
    begin(ageMs) {
      noise.newDice();
      identify(epochMs - ageMs);
      devices.begin(epochMs);
      nextSignInAt = epochMs + noise.gap() * gapMs;
    },
    liveUntil(untilMs) {
      for (; nextSignInAt < epochMs + untilMs; nextSignInAt += noise.gap() * gapMs) {
        count.signIns += 1;
        const onNewDevice = proof === 'identification' && devices.isNew(nextSignInAt);
        if (rule(nextSignInAt, onNewDevice) === null) continue;
        count.identifications += 1;
        identify(nextSignInAt);
      }
    },
    // A code goes to a mailbox that he has not.
    asksThief: (nowMs, onNewDevice) => rule(epochMs + nowMs, onNewDevice) !== null || (onNewDevice && proof !== null),
  };
}

/** Which sign-ins come from a browser the account does not know: replaced since its last use, or its cookie is over. */
function createDevices({ devices, newDevicesPerYear }: Traffic, noise: Noise) {
  const cookieMs = livesSchema.parse({}).browserCookieSeconds * 1000;
  const replacedPerMs = newDevicesPerYear / devices / (365 * dayMs);
  const usedAt = new Float64Array(devices);
  return {
    begin: (now: number) => void usedAt.fill(now),
    isNew(now: number): boolean {
      const device = Math.floor(noise.share() * devices);
      const unusedMs = now - (usedAt[device] ?? now);
      usedAt[device] = now;
      return unusedMs > cookieMs || noise.share() < 1 - Math.exp(-replacedPerMs * unusedMs);
    },
  };
}
