/**
 * Accounts: one document each, which is the commit point of every change (reservations.ts tells the whole design).
 *
 * Round trips, one after another: byId, byEmail, byIdentity 1; update 1 (commit), and 1 if the account is not known from
 * before, 1 for each key that it newly takes (or 1 for mails if there is none), 1 if it has effects; create likewise.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from '../../accounts/account.ts';
import { TemporarilyUnavailable } from '../../errors.ts';
import type { AccountId } from '../../ids.ts';
import type { Accounts, Change, UpdateOutcome } from '../ports.ts';
import { type ChangeDeps, createFind, createStore } from './change.ts';
import { type Ask, reading, writing } from './connection.ts';
import type { AccountDocument, EvidenceDocument, Models } from './models.ts';
import { type Key, owns, type Reservations } from './reservations.ts';

/** The end of beginning again, for work that has no budget of a request. */
const longestRetryMs = 10_000;
const longestTurnMs = 300;

type ChangeFunction = (account: Account) => Change | null;

/** From which document an account was read: an update that knows the account needs no reading of its own. */
type Documents = WeakMap<Account, AccountDocument>;

export function createAccounts(deps: ChangeDeps): Accounts {
  const { models, ask, reservations } = deps;
  const find = createFind(deps);
  const store = createStore(deps);
  const documents: Documents = new WeakMap();
  const update = createUpdate(ask, find, store, documents);
  const inTurn = createTurns(ask);
  const told = (document: AccountDocument | null): Account | null => {
    if (document?.account) documents.set(document.account, document);
    return document?.account ?? null;
  };
  const byKey = (key: Key) => findOwner(reservations, key);
  return {
    byId: async (id) => told(await find(id)),
    byEmail: async (value) => told(await byKey({ kind: 'email', value })),
    async byIdentity(fingerprints) {
      const found = await Promise.all(fingerprints.map((value) => byKey({ kind: 'identity', value })));
      return told(found.find((document) => document !== null) ?? null);
    },
    async create(account, effects) {
      const again = createRetry(ask);
      for (let before: AccountDocument | null = null; ; before = await find(account.id)) {
        if (before?.account) throw new Error('an account with this id is stored already');
        const outcome = await store(account.id, before, { account: { ...account, version: 1 }, effects });
        if (outcome === 'stored') return 'created';
        if (outcome !== 'stale') return outcome;
        await again();
      }
    },
    update: (id, change, known) => inTurn(id, () => update(id, change, known)),
    scan: (after, limit) => findNext(models, ask, after, limit),
    isSpent: (value) => isSpent(reservations, { kind: 'token', value }),
    evidence: (accountId) => findEvidence(models, ask, accountId),
  };
}

function createUpdate(
  ask: Ask,
  find: ReturnType<typeof createFind>,
  store: ReturnType<typeof createStore>,
  documents: Documents,
): Accounts['update'] {
  async function attempt(before: AccountDocument | null, change: ChangeFunction): Promise<UpdateOutcome | 'stale'> {
    if (!before?.account) return { outcome: 'missing' };
    const decided = change(before.account);
    if (!decided) return { outcome: 'unchanged', account: before.account };
    const account = { ...decided.account, id: before._id, version: before.account.version + 1 };
    const outcome = await store(before._id, before, { account, effects: decided.effects ?? {} });
    if (outcome === 'stale') return outcome;
    if (outcome !== 'stored') return { outcome };
    documents.set(account, { ...before, revision: before.revision + 1, account, pending: [] });
    return { outcome: 'updated', account };
  }

  return async (id, change, known) => {
    const before = known && documents.get(known);
    const first = before ? await attempt(before, change) : 'stale';
    // Any other answer may be owed to what has changed since.
    if (first !== 'stale' && first.outcome === 'updated') return first;
    const again = createRetry(ask);
    for (;;) {
      const result = await attempt(await find(id), change);
      if (result !== 'stale') return result;
      await again();
    }
  };
}

/** The reservation alone says nothing: the account must have the key. */
async function findOwner(reservations: Reservations, key: Key): Promise<AccountDocument | null> {
  const held = await reservations.look(key);
  return held && owns(key, held) ? held.owner : null;
}

async function isSpent(reservations: Reservations, key: Key): Promise<boolean> {
  let seen = await reservations.look(key);
  for (;;) {
    if (!seen || owns(key, seen)) return seen !== null;
    // The mark may have moved from the account to the token between the two reads: if so, it is there now.
    const again = await reservations.look(key);
    if (again && !owns(key, again) && again.reservation.change === seen.reservation.change) return false;
    seen = again;
  }
}

/** In the order of the ids. */
async function findNext(models: Models, ask: Ask, after: AccountId | null, limit: number) {
  const behind = { $match: { _id: { $gt: after ?? '' }, account: { $ne: null } } };
  const next = [behind, { $sort: { _id: 1 } }, { $limit: limit }, { $project: { account: 1 } }] as const;
  const found = await ask(() => models.accounts.aggregate<{ account: Account }>([...next], writing).exec());
  return found.map(({ account }) => account);
}

async function findEvidence(models: Models, ask: Ask, accountId: AccountId) {
  const rows = await ask(() =>
    models.evidence.find({ accountId }, { _id: 0, written: 0 }, reading).sort({ written: 1 }).exec(),
  );
  // A cast: lean rows are what was written, here without the two fields left out.
  return rows as unknown as Omit<EvidenceDocument, '_id' | 'written'>[];
}

/** A short random pause, so that those who collided do not collide again; it counts as waiting for the store. */
function createRetry(ask: Ask): () => Promise<void> {
  const began = performance.now();
  return async () => {
    if (performance.now() - began > longestRetryMs) throw new TemporarilyUnavailable('mongo: contended');
    await ask(() => sleep(Math.random() * 10));
  };
}

/**
 * Changes of one account go one after another within this node, since colliding costs both sides more. It is a courtesy:
 * compare-and-swap decides, and nobody waits long for somebody who is stuck.
 */
function createTurns(ask: Ask) {
  const last = new Map<AccountId, Promise<unknown>>();
  return async <T>(id: AccountId, work: () => Promise<T>): Promise<T> => {
    const before = last.get(id);
    const turn = async () => {
      if (before) await ask(() => Promise.race([before, sleep(longestTurnMs, null, { ref: false })]));
      return work();
    };
    const own = turn();
    const ended: Promise<unknown> = own
      .catch(() => undefined)
      .then(() => {
        if (last.get(id) === ended) last.delete(id);
      });
    last.set(id, ended);
    return own;
  };
}
