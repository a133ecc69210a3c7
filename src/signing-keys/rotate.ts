import { OperationRefused } from '../control/operation.ts';
import type { Deps } from '../deps.ts';
import type { Instant } from '../ids.ts';
import type { SigningKeySet, StoredSigningKey } from '../storage/signing-key-port.ts';
import { at, changeKeySet, type KeyChangeDeps, newKeys } from './change-set.ts';
import { type Cause, keyIn, signingAlgs, withActivated, withPending } from './key-set.ts';
import { everyNodeHas } from './nodes.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import { loadServedKeys } from './served-keys.ts';

type RotateDeps = KeyChangeDeps & Pick<Deps, 'config'>;

export type Rotated = {
  readonly signing: readonly StoredSigningKey[];
  /** Of the keys of before. */
  readonly publishedUntil: Instant;
  readonly version: number;
};

/** To the minute, for operators. */
export const utc = (instant: Instant): string => `${new Date(instant).toISOString().slice(0, 16)}Z`;

/**
 * The pending keys sign from now on. Of several who ask at once one changes the keys, and null is for the others: each means
 * those that sign when they ask. `now`: also with keys that were not published for long enough. @throws OperationRefused
 */
export async function rotateKeys(deps: RotateDeps, cause: Cause, now: boolean): Promise<Rotated | null> {
  const schedule = scheduleOf(deps.config);
  const seen = await currentSet(deps);
  const signing = new Set(active(seen).map(({ kid }) => kid));
  if (now) await makeMissing(deps, cause);
  else await refuseTooEarly(deps, schedule, seen);
  const stored = await changeKeySet(deps, (set) => {
    const kids = signingAlgs.flatMap((alg) => {
      const next = keyIn(set, alg, 'pending');
      return next && signing.has(keyIn(set, alg, 'active')?.kid ?? '') ? [next.kid] : [];
    });
    return kids.length === 0 ? null : withActivated(set, kids, at(deps, cause));
  });
  if (!stored) return null;
  const publishedUntil = deps.clock.now() + schedule.retireMs;
  return { signing: active(stored), publishedUntil, version: stored.version };
}

async function refuseTooEarly(deps: RotateDeps, schedule: Schedule, set: SigningKeySet): Promise<void> {
  const orNow =
    'or now (--now), after an incident: verifiers that keep the old /jwks refuse tokens until they fetch it.';
  const pending = signingAlgs.map((alg) => keyIn(set, alg, 'pending'));
  if (pending.includes(undefined))
    throw new OperationRefused(`The next keys are being made. Ask in a minute, ${orNow}`);
  const since = Math.max(...pending.map((key) => key?.since ?? 0));
  const readyAt = since + schedule.publishMs;
  if (deps.clock.now() < readyAt)
    throw new OperationRefused(`Verifiers may not know the next keys until ${utc(readyAt)}. Ask again then, ${orNow}`);
  if (!(await everyNodeHas(deps, schedule, set.version)))
    throw new OperationRefused(`Not every node has loaded the next keys: avain keys list. Ask again, ${orNow}`);
}

async function makeMissing(deps: KeyChangeDeps, cause: Cause): Promise<void> {
  const set = await currentSet(deps);
  const made = await newKeys(
    deps,
    signingAlgs.filter((alg) => !keyIn(set, alg, 'pending')),
  );
  for (const key of made)
    await changeKeySet(deps, (current) =>
      keyIn(current, key.alg, 'pending') ? null : withPending(current, key, at(deps, cause)),
    );
}

export async function currentSet(deps: KeyChangeDeps): Promise<SigningKeySet> {
  // A store that no process has served from gets its first keys now.
  await loadServedKeys(deps);
  const set = await deps.storage.signingKeys.read();
  if (!set) throw new Error('the signing keys are gone');
  return set;
}

const active = ({ keys }: SigningKeySet) => keys.filter(({ state }) => state === 'active');
