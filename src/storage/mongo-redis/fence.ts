/**
 * The fence: after a fail-over, or a crash of its host, Redis may have forgotten its last moments, and what was spent in
 * them is back. So we know every *reign* (one server, from a start or a promotion on) that rows were ever written under.
 * The list lies with what must last; a reign that is not on it raises `notBefore`, durably, before its connection is used
 * at all, and what is short-lived and older is refused: people at worst sign in again (decisions.md §7, security.md F6).
 *
 * A plain restart on the same data cannot be told from a loss and raises the fence too; so does a primary that is added
 * to a cluster. A row is older when it was first written under a lower fence: nodes' clocks have no say in it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from 'pino';
import type { Clock } from '../../deps.ts';
import { codeOf } from '../../errors.ts';
import type { Instant } from '../../ids.ts';

export type Fence = {
  readonly version: number;
  readonly notBefore: Instant;
  /** The same for what a loss of Redis does not touch, since MongoDB knows its fate: raised by a restore of both. 0 = never. */
  readonly restored: Instant;
  /** The newest last. */
  readonly reigns: readonly string[];
};

/** One document that all nodes share. */
export type FenceStore = {
  load(): Promise<Fence | null>;
  /** Compare-and-swap on the version (null = none yet); durable once it says true. */
  replace(before: Fence | null, after: Fence): Promise<boolean>;
};

/** Fields of Redis' INFO. */
export type ServerInfo = Readonly<Record<string, string>>;

export type FenceWatch = {
  /** It can rise at any time. */
  readonly notBefore: Instant;
  /** See Fence. */
  readonly restored: Instant;
  /**
   * Whether a server that says this of itself may be used. Of an unknown reign: not yet; it is being noted, and the
   * connection comes again in a moment.
   */
  admits(info: ServerInfo): boolean;
  /** Why the last one was not admitted, for an operator. */
  readonly refusal: string | null;
  /** Reads what other nodes have raised. */
  refresh(): Promise<void>;
  /** After a restore: as for an unknown reign, but whatever is older is refused, what is kept with what must last too. */
  raise(at: Instant): Promise<void>;
  /** From now on an unknown reign raises the fence, also in an installation that is new. */
  opened(): void;
};

const mostReigns = 200;
const noId = /^0*$/;

type Known = {
  fence: Fence | null;
  /** Where no reign was ever known nothing was ever written: all primaries of such a first start are taken as they are. */
  adopting: boolean;
  learning: Promise<unknown> | null;
  refusal: string | null;
  /** Why the last reign could not be noted. */
  failure: string | null;
};

/** Reads what is known. Throws what the store throws. */
export async function openFence(store: FenceStore, clock: Clock, log: Pick<Logger, 'warn'>): Promise<FenceWatch> {
  const fence = await store.load();
  const known: Known = { fence, adopting: fence === null, learning: null, refusal: null, failure: null };
  // A connection may be renewed amid a request; what is asked here must not be counted to that request's time.
  const outsideRequests = AsyncLocalStorage.snapshot();
  const startLearning = (reign: string): void => {
    // A failure is no end: the connection is tried again, and so is this.
    known.learning ??= outsideRequests(learn, { known, store, clock, log }, reign)
      .then(() => null, codeOf)
      .then((failure) => Object.assign(known, { failure, learning: null }));
  };
  return {
    get notBefore() {
      return known.fence?.notBefore ?? 0;
    },
    get restored() {
      return known.fence?.restored ?? 0;
    },
    get refusal() {
      return known.refusal;
    },
    admits(info) {
      known.refusal = whyNot(info);
      if (known.refusal !== null) return false;
      const reign = reignOf(info);
      if (known.fence?.reigns.includes(reign)) return true;
      known.refusal = `its reign must be noted first (${known.failure ?? 'under way'})`;
      startLearning(reign);
      return false;
    },
    async refresh() {
      const stored = await store.load();
      if (stored && stored.version > (known.fence?.version ?? 0)) known.fence = stored;
    },
    raise: (at) => raise(known, store, at),
    opened() {
      known.adopting = false;
    },
  };
}

async function raise(known: Known, store: FenceStore, at: Instant): Promise<void> {
  for (;;) {
    const stored = await store.load();
    const notBefore = Math.max(at, (stored?.notBefore ?? 0) + 1);
    const { version = 0, reigns = [] } = stored ?? {};
    const next = { version: version + 1, reigns, notBefore, restored: notBefore };
    if (!(await store.replace(stored, next))) continue;
    known.fence = neverLower(known, next);
    return;
  }
}

/** Two answers may arrive in the wrong order: the fence never falls. */
function neverLower({ fence }: Known, stored: Fence): Fence {
  return {
    ...stored,
    notBefore: Math.max(stored.notBefore, fence?.notBefore ?? 0),
    restored: Math.max(stored.restored, fence?.restored ?? 0),
  };
}

type Learning = { known: Known; store: FenceStore; clock: Clock; log: Pick<Logger, 'warn'> };

async function learn({ known, store, clock, log }: Learning, reign: string): Promise<void> {
  for (;;) {
    const stored = await store.load();
    if (stored) known.fence = neverLower(known, stored);
    if (stored?.reigns.includes(reign)) return;
    const next = withReign(stored, reign, known.adopting ? null : clock.now());
    if (!(await store.replace(stored, next))) continue;
    known.fence = neverLower(known, next);
    if (known.adopting) return;
    log.warn(
      { reign, notBefore: next.notBefore },
      'another Redis primary, or a restarted one: what is older is refused',
    );
    return;
  }
}

function whyNot({ run_id: runId = '', role }: ServerInfo): string | null {
  if (noId.test(runId)) return 'it does not tell its run_id (the user needs the command INFO)';
  return role === 'master' ? null : 'it is a replica';
}

/** A start gives a new run_id, a promotion leaves the id of the replication before it. */
function reignOf({ run_id: runId = '', master_replid2: before = '' }: ServerInfo): string {
  return noId.test(before) ? runId : `${runId}/${before}`;
}

function withReign(before: Fence | null, reign: string, raisedAt: Instant | null): Fence {
  const notBefore = before?.notBefore ?? 0;
  // An hour after its last replica has left Redis forgets the id before (repl-backlog-ttl); that is no other reign.
  const names = new Set([reign, reign.replace(/\/.*/, '')]);
  return {
    version: (before?.version ?? 0) + 1,
    // Always higher than before: rows are told apart by it.
    notBefore: raisedAt === null ? notBefore : Math.max(raisedAt, notBefore + 1),
    restored: before?.restored ?? 0,
    reigns: [...(before?.reigns ?? []), ...names].slice(-mostReigns),
  };
}
