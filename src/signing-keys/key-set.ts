/**
 * Keys that sign tokens, and how they take turns while Avain runs: docs/keys.md. Of each algorithm one key is active and
 * one pending: published, so that every verifier knows it before it signs, and every node has loaded it.
 *
 * key-set.ts: the states, as pure functions. change-set.ts: how a change is stored. served-keys.ts: what a process signs
 * and publishes. rotation.ts: the worker of every node. nodes.ts: which nodes there are and what they have loaded.
 * signer.ts: the port to private keys; stored-source.ts: in the store. operations.ts: what operators ask.
 *
 * Imports the storage's ports, the keyring and the control's operations; the provider library is not known here.
 * Promises: a key signs only after it was published for the time that verifiers keep what they fetched, and every live
 * node has it (emergencies apart); it stays published until what it signed is dead; no two nodes ever decide differently.
 */
import type { AuditRecord } from '../audit/audit-log.ts';
import type { Instant } from '../ids.ts';
import type { SigningKeySet, SigningKeyState, StoredSigningKey } from '../storage/signing-key-port.ts';
import type { Schedule } from './schedule.ts';
import type { MadeKey, SigningAlg } from './signer.ts';

/** ES256 by default; RS256 for clients that know nothing else (RFC 7518 3.3), PS256 for those that must not (FAPI). A key of its own for each. */
export const signingAlgs = ['ES256', 'RS256', 'PS256'] as const satisfies readonly SigningAlg[];

export type NewKey = MadeKey & { readonly kid: string; readonly alg: SigningAlg };

/** Why a state changed, for the audit log; `actor` as there. */
export type Cause = { readonly why: string; readonly actor?: string };

/** A set and what is to be told of how it came about. */
export type ChangedSet = { readonly set: SigningKeySet; readonly audit: readonly AuditRecord[] };

/** What the schedule wants done. */
export type Due =
  | { readonly due: 'create'; readonly alg: SigningAlg }
  | { readonly due: 'activate'; readonly kid: string }
  | { readonly due: 'retire'; readonly kid: string };

export function keyIn(set: SigningKeySet, alg: SigningAlg, state: 'pending' | 'active'): StoredSigningKey | undefined {
  return set.keys.find((key) => key.alg === alg && key.state === state);
}

/** When this key changes by itself; null = not by the schedule. */
export function nextChangeAt(set: SigningKeySet, key: StoredSigningKey, schedule: Schedule): Instant | null {
  if (key.state === 'retiring') return key.since + schedule.retireMs;
  if (key.state !== 'pending' && key.state !== 'active') return null;
  const active = keyIn(set, key.alg, 'active');
  const pending = keyIn(set, key.alg, 'pending');
  if (!active || !pending) return null;
  return Math.max(active.since + schedule.rotateMs, pending.since + schedule.publishMs);
}

export function dueChanges(set: SigningKeySet, now: Instant, schedule: Schedule): readonly Due[] {
  const created = signingAlgs
    .filter((alg) => !keyIn(set, alg, 'pending') && now >= (keyIn(set, alg, 'active')?.since ?? 0) + schedule.settleMs)
    .map((alg) => ({ due: 'create', alg }) as const);
  const timed = set.keys.flatMap((key): Due[] => {
    const at = nextChangeAt(set, key, schedule);
    if (at === null || now < at) return [];
    if (key.state === 'retiring') return [{ due: 'retire', kid: key.kid }];
    return key.state === 'pending' ? [{ due: 'activate', kid: key.kid }] : [];
  });
  return [...created, ...timed];
}

type At = Cause & { readonly now: Instant };

const nothingYet: SigningKeySet = { version: 0, keys: [] };

/** The first set of all: nobody can have kept an older one, so its keys sign at once. */
export function firstSet(made: readonly NewKey[], at: At): ChangedSet {
  return changed(nothingYet, at, (change) => {
    for (const key of made) change.add(key, 'active');
  });
}

export function withPending(set: SigningKeySet, made: NewKey, at: At): ChangedSet {
  return changed(set, at, (change) => change.add(made, 'pending'));
}

/** The pending key signs from now on; the one that did is only published. */
export function withActivated(set: SigningKeySet, kids: readonly string[], at: At): ChangedSet {
  return changed(set, at, (change) => {
    for (const kid of kids) change.activate(kid);
  });
}

export function withRetired(set: SigningKeySet, kid: string, at: At): ChangedSet {
  return changed(set, at, (change) => change.move(kid, 'retired'));
}

/**
 * The key is believed nowhere from now on. If it was active, the pending one signs at once, or `made` where there is none:
 * who has kept an older set must fetch the new one.
 */
export function withRevoked(set: SigningKeySet, kid: string, made: NewKey | null, at: At): ChangedSet {
  const revoked = set.keys.find((key) => key.kid === kid);
  return changed(set, at, (change) => {
    change.move(kid, 'revoked');
    if (revoked?.state !== 'active') return;
    const pending = keyIn(set, revoked.alg, 'pending');
    if (pending) change.move(pending.kid, 'active');
    else if (made) change.add(made, 'active');
    else throw new RangeError('nothing would sign');
  });
}

const events = {
  pending: 'signing-key.created',
  active: 'signing-key.activated',
  retiring: 'signing-key.retiring',
  retired: 'signing-key.retired',
  revoked: 'signing-key.revoked',
} as const satisfies Readonly<Record<SigningKeyState, AuditRecord['event']>>;

type SetChange = {
  add(made: NewKey, state: 'pending' | 'active'): void;
  move(kid: string, state: SigningKeyState): void;
  activate(kid: string): void;
};

function changed(before: SigningKeySet, { now, why, actor }: At, work: (change: SetChange) => void): ChangedSet {
  let { keys } = before;
  const audit: AuditRecord[] = [];
  const tell = ({ kid, alg }: Pick<StoredSigningKey, 'kid' | 'alg'>, state: SigningKeyState) =>
    audit.push({
      ...{ at: now, event: events[state], accountId: null, clientId: null, journeyId: null },
      ...(actor !== undefined && { actor }),
      details: { kid, alg, why },
    });
  const move = (kid: string, state: SigningKeyState): void => {
    keys = keys.map((key) => {
      if (key.kid !== kid) return key;
      tell(key, state);
      // What signs no more has no private key.
      return { ...key, state, since: now, handle: state === 'retired' || state === 'revoked' ? null : key.handle };
    });
  };
  work({
    move,
    add: ({ kid, alg, publicJwk, handle }, state) => {
      keys = [...keys, { kid, alg, publicJwk, handle, state, since: now, createdAt: now }];
      tell({ kid, alg }, state);
    },
    activate: (kid) => {
      const next = keys.find((key) => key.kid === kid && key.state === 'pending');
      if (!next) return;
      const active = keyIn({ ...before, keys }, next.alg, 'active');
      if (active) move(active.kid, 'retiring');
      move(kid, 'active');
    },
  });
  return { set: { version: before.version + 1, keys }, audit };
}
