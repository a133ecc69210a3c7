/**
 * Accounts: one document each, which is the commit point of every change (reservations.ts tells the whole design).
 *
 * Round trips, one after another: byId, byEmail, byIdentity 1; update 2 (read, commit), and 1 for each key that it newly
 * takes (or 1 for mails if there is none), and 1 if it has effects; create the same without the read.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from '../../accounts/account.ts';
import { TemporarilyUnavailable } from '../../errors.ts';
import type { AccountId } from '../../ids.ts';
import type { Accounts, UpdateOutcome } from '../ports.ts';
import { type ChangeDeps, createFind, createStore } from './change.ts';
import { type Ask, reading } from './connection.ts';
import type { AccountDocument, EvidenceDocument, Models } from './models.ts';
import { type Key, owns, type Reservations } from './reservations.ts';

/** The end of beginning again, for work that has no budget of a request. */
const longestRetryMs = 10_000;
const longestTurnMs = 300;

export function createAccounts(deps: ChangeDeps): Accounts {
  const { models, ask, reservations } = deps;
  const find = createFind(deps);
  const store = createStore(deps);
  const inTurn = createTurns(ask);
  const byKey = (key: Key) => findByKey(reservations, key);

  async function update(...[id, change]: Parameters<Accounts['update']>): Promise<UpdateOutcome> {
    const again = createRetry(ask);
    for (;;) {
      const before = await find(id);
      if (!before?.account) return { outcome: 'missing' };
      const decided = change(before.account);
      if (!decided) return { outcome: 'unchanged', account: before.account };
      const account = { ...decided.account, id, version: before.account.version + 1 };
      const outcome = await store(id, before, { account, effects: decided.effects ?? {} });
      if (outcome === 'stored') return { outcome: 'updated', account };
      if (outcome !== 'stale') return { outcome };
      await again();
    }
  }

  return {
    async byId(_id) {
      const found = await ask(() => models.accounts.findOne({ _id }, { account: 1 }, reading).exec());
      return found?.account ?? null;
    },
    byEmail: (value) => byKey({ kind: 'email', value }),
    byIdentity: (value) => byKey({ kind: 'identity', value }),
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
    update: (id, change) => inTurn(id, () => update(id, change)),
    isSpent: (value) => isSpent(reservations, { kind: 'token', value }),
    evidence: (accountId) => findEvidence(models, ask, accountId),
  };
}

/** The reservation alone says nothing: the account must have the key. */
async function findByKey(reservations: Reservations, key: Key): Promise<Account | null> {
  const held = await reservations.look(key);
  return held && owns(key, held) ? (held.owner?.account ?? null) : null;
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
