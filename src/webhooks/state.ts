import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '../deps.ts';
import type { Instant } from '../ids.ts';
import type { AuditPosition } from '../storage/audit-port.ts';
import type { Message } from './message.ts';

/** A message that was not taken: where its record is, of which it is made again. */
export type Waiting = {
  readonly id: string;
  readonly type: Message['type'];
  readonly node: string;
  readonly sequence: number;
  readonly firstAt: Instant;
  readonly attempts: number;
  readonly dueAt: Instant;
};

export type Dead = Waiting & { readonly diedAt: Instant };

/** `status`: of HTTP, or the code of why there was none. */
export type Attempt = {
  readonly at: Instant;
  readonly id: string;
  readonly type: Message['type'];
  readonly attempt: number;
  readonly status: number | string;
};

/** One endpoint's, kept whole under one name: what was sent and what is still to be sent never disagree. */
export type EndpointState = {
  /** Records from before it was configured are not its business. */
  readonly since: Instant;
  /** The audit log itself is the queue: everything behind this is still to be sent. */
  readonly position: AuditPosition;
  readonly waiting: readonly Waiting[];
  readonly dead: readonly Dead[];
  readonly log: readonly Attempt[];
  /** Turns in a row in which nothing was taken; from `opensAfter` on it is let alone until `restsUntil`. */
  readonly failures: number;
  readonly restsUntil: Instant;
  /** When it answered 410; null = it is on. */
  readonly offAt: Instant | null;
};

type StateDeps = Pick<Deps, 'storage' | 'clock'>;

const mark = (name: string) => `webhook.${name}`;

/** null = it was never begun. */
export async function readState({ storage }: Pick<Deps, 'storage'>, name: string): Promise<EndpointState | null> {
  const kept = await storage.marks.get(mark(name));
  // A cast: only writeState writes it.
  return kept === null ? null : (JSON.parse(kept) as EndpointState);
}

export async function writeState({ storage }: Pick<Deps, 'storage'>, name: string, state: EndpointState) {
  await storage.marks.put(mark(name), JSON.stringify(state));
}

/** Of an endpoint that is new: from now on, beginning at what was signed last, so that years of records are not read. */
export async function beginning({ storage, clock }: StateDeps): Promise<EndpointState> {
  const signed = await Promise.all((await storage.audit.nodes()).map((node) => storage.checkpoints.newest(node)));
  const position = Object.fromEntries(signed.flatMap((one) => (one ? [[one.node, one.sequence]] : [])));
  const none = { waiting: [], dead: [], log: [], failures: 0, restsUntil: 0, offAt: null };
  return { since: clock.now(), position, ...none };
}

/** Longer than any turn: an attempt ends after 10 s. A node that dies in one delays the others by so much. */
const leaseMs = 60_000;

/** Does `work` while no other node or command works on this endpoint; null = somebody does. */
export async function alone<T>(
  { storage: { limits } }: Pick<Deps, 'storage'>,
  name: string,
  work: () => Promise<T>,
): Promise<{ readonly done: T } | null> {
  const lease = `webhook|${name}`;
  if ((await limits.hit(lease, leaseMs)).count > 1) return null;
  try {
    return { done: await work() };
  } finally {
    await limits.forget(lease);
  }
}

const patienceTries = 100;

/** As `alone`, for a person who waits: for 20 s. */
export async function soonAlone<T>(deps: Pick<Deps, 'storage'>, name: string, work: () => Promise<T>) {
  for (let tries = 0; tries < patienceTries; tries += 1) {
    const ended = await alone(deps, name, work);
    if (ended) return ended;
    await sleep(200);
  }
  return null;
}
