import type { Deps } from '../deps.ts';
import type { SigningKeySet } from '../storage/signing-key-port.ts';
import { startWorker, type Worker } from '../worker.ts';
import { at, changeKeySet, type KeyChangeDeps, newKeys } from './change-set.ts';
import { type Due, dueChanges, keyIn, withActivated, withPending, withRetired } from './key-set.ts';
import { everyNodeHas, reportNode } from './nodes.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import { openServed, type ServedKeys } from './served-keys.ts';

/** A revoked key is refused by every node within 5 seconds (security F19): this pause, a reading, and a margin. */
const pauseMs = 1_500;

const bySchedule = { why: 'schedule' };

export type RotationDeps = KeyChangeDeps & Pick<Deps, 'config' | 'log'>;

export type Rotation = {
  /** Takes up what others have changed, says so, and does what is due. */
  turn(): Promise<void>;
  /** Says that this node is no more. */
  leave(): Promise<void>;
};

/** `first`: what `serve` was given before. */
export function createRotation(deps: RotationDeps, first: ServedKeys, serve: (keys: ServedKeys) => void): Rotation {
  const { storage, clock, random, keySource, log } = deps;
  const schedule = scheduleOf(deps.config);
  const node = random.bytes(9).toString('base64url');
  let { version } = first;
  let reported = { version: 0, at: 0 };

  async function takeUp(set: SigningKeySet): Promise<void> {
    if (set.version === version) return;
    serve(await openServed(keySource, set));
    version = set.version;
    log.info({ version }, 'signing keys taken up');
  }

  async function report(): Promise<void> {
    const now = clock.now();
    if (reported.version === version && now < reported.at + schedule.aliveMs / 3) return;
    await reportNode(deps, schedule, node, version);
    reported = { version, at: now };
  }

  return {
    async turn() {
      const set = await storage.signingKeys.read();
      if (!set) throw new Error('the signing keys are gone');
      await takeUp(set);
      await report();
      for (const due of dueChanges(set, clock.now(), schedule)) await doDue(deps, schedule, set, due);
    },
    leave: () => reportNode(deps, schedule, node, null),
  };
}

/** Whoever is faster does it; the change looks again at what is stored then. */
async function doDue(deps: RotationDeps, schedule: Schedule, seen: SigningKeySet, due: Due): Promise<void> {
  if (due.due === 'create') {
    const [made] = await newKeys(deps, [due.alg]);
    if (!made) return;
    const stored = await changeKeySet(deps, (set) =>
      keyIn(set, due.alg, 'pending') ? null : withPending(set, made, at(deps, bySchedule)),
    );
    if (!stored) await deps.keySource.destroy(made.kid, made.handle);
    return;
  }
  if (due.due === 'activate' && !(await everyNodeHas(deps, schedule, seen.version))) return;
  const change = due.due === 'activate' ? activated : withRetired;
  await changeKeySet(deps, (set) => {
    const isDue = dueChanges(set, deps.clock.now(), schedule).some((one) => 'kid' in one && one.kid === due.kid);
    return isDue ? change(set, due.kid, at(deps, bySchedule)) : null;
  });
}

const activated = (set: SigningKeySet, kid: string, when: ReturnType<typeof at>) => withActivated(set, [kid], when);

/** The worker of this node; it ends with a word that the node is gone. */
export function startRotation(deps: RotationDeps, first: ServedKeys, serve: (keys: ServedKeys) => void): Worker {
  const rotation = createRotation(deps, first, serve);
  const worker = startWorker(
    {
      ...{ log: deps.log, pauseMs },
      failed: 'signing keys not read: this node goes on with those it has',
      recovered: 'signing keys read again',
    },
    rotation.turn,
  );
  return {
    async stop() {
      await worker.stop();
      await rotation.leave().catch((err: unknown) => deps.log.warn({ err }, 'not told that this node is gone'));
    },
  };
}
