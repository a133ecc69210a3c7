/** One attempt to store a change of an account: reserve, commit, settle, in the order that reservations.ts and absorptions.ts explain. */
import type { Account } from '../../accounts/account.ts';
import type { Clock } from '../../deps.ts';
import { TemporarilyUnavailable } from '../../errors.ts';
import type { AccountId } from '../../ids.ts';
import type { OutboxMail } from '../../mail/outbox.ts';
import { keysOf, keysOnlyOf } from '../account-keys.ts';
import type { Effects } from '../ports.ts';
import type { Absorptions } from './absorptions.ts';
import { type Ask, insertNew, reading, writing } from './connection.ts';
import type { AccountDocument, Pending } from './documents.ts';
import { freedKeys, newId, owesNothing, pendingEffects, type Settle, type Stamp } from './effects.ts';
import type { Find } from './find.ts';
import type { InFlight } from './in-flight.ts';
import type { Models } from './models.ts';
import type { Attempt, Key, Reservations } from './reservations.ts';

export type ChangeDeps = {
  readonly models: Models;
  readonly ask: Ask;
  readonly find: Find;
  readonly reservations: Reservations;
  readonly absorptions: Absorptions;
  readonly settle: Settle;
  readonly stamp: Stamp;
  readonly clock: Clock;
  readonly later: InFlight['later'];
};

type Next = {
  /** null = it is erased. */
  readonly account: Account | null;
  readonly effects: Effects;
  /** Bound to nobody, and owing nothing. */
  readonly absorbs?: AccountDocument;
};
/** `stale`: the account is another by now; read it and decide again. */
type Outcome = 'stored' | 'stale' | 'email-taken' | 'identity-taken' | 'spent';

const takenAs = { token: 'spent', email: 'email-taken', identity: 'identity-taken' } as const;
/** Far more than changes of one account can be committed between a lost reply and the question what became of it. */
const recentKept = 10;
const settledKept = 1_000;

/** Stores `next`, decided on `before` (null: there is no such document), or changes nothing. */
export function createStore(deps: ChangeDeps) {
  const { stamp, clock } = deps;
  const attemptIt = createAttempt(deps);
  const settleAll = createSettleAll(deps);
  return async (id: AccountId, before: AccountDocument | null, next: Next): Promise<Outcome> => {
    const { account, effects, absorbs: born } = next;
    const attempt = { change: newId(), owner: id, from: before?.revision ?? 0, at: clock.now() };
    const { from, at } = attempt;
    const own = {
      ...pendingEffects(attempt.change, effects, stamp),
      frees: freedKeys(before?.account ?? null, account, from),
      ...(account === null && { emptiesMailsAt: at }),
      ...(born && { absorbs: { born: born._id, keys: keysOf(born.account), from, at } }),
    };
    const owed = owesNothing(own) ? [] : [own];
    const outcome = await attemptIt(attempt, before, next, owed);
    if (outcome === 'stored') await settleAll(id, [...(before?.pending ?? []), ...owed]);
    return outcome;
  };
}

/** Reserves, binds and commits, or takes back what it has done. */
function createAttempt(deps: ChangeDeps) {
  const { reservations, absorptions } = deps;
  const commit = createCommit(deps);
  return async (
    attempt: Attempt,
    before: AccountDocument | null,
    { account, effects, absorbs: born }: Next,
    owed: readonly Pending[],
  ): Promise<Outcome> => {
    const keys = newKeys(account, effects, before?.account ?? null, born?.account ?? null);
    const reserved: Key[] = [];
    const undo = async () => {
      if (born) await absorptions.release(born._id, attempt.change);
      return reservations.giveBack(reserved, attempt);
    };
    let outcome: Outcome;
    let mayBeStored = false;
    try {
      const mailsKnown = areKnown(deps, effects.mails ?? []);
      // Looked at below, unless something else ends this attempt first.
      mailsKnown.catch(() => undefined);
      outcome = await reserveAll(reservations, keys, attempt, reserved);
      if (outcome === 'stored' && born && !(await absorptions.bind(born, attempt))) outcome = 'stale';
      if (outcome === 'stored') {
        if (await mailsKnown) throw new Error('a mail with this id is stored already');
        mayBeStored = true;
        mayBeStored = await commit(attempt, account, owed);
        if (!mayBeStored) outcome = 'stale';
      }
    } catch (error) {
      // Where that fails too, whoever wants the keys finds the reservations dead.
      if (!mayBeStored) await undo().catch(() => undefined);
      throw error;
    }
    if (outcome === 'stored') return outcome;
    const allWereOurs = await undo().catch(() => true);
    // We were taken for dead: what is told first may have become true of a key that we had.
    return allWereOurs ? outcome : 'stale';
  };
}

/** `before` are whose keys the account need not reserve. */
function newKeys(after: Account | null, { spends }: Effects, ...before: readonly (Account | null)[]): readonly Key[] {
  const token: readonly Key[] = spends === undefined ? [] : [{ kind: 'token', value: spends }];
  return [...token, ...keysOnlyOf(after, ...before)];
}

/** In turn and not side by side, so that of two changes that want the same two keys one gets both. */
async function reserveAll(
  reservations: Reservations,
  keys: readonly Key[],
  attempt: Attempt,
  reserved: Key[],
): Promise<Outcome> {
  for (const key of keys) {
    const outcome = await reservations.reserve(key, attempt);
    if (outcome !== 'reserved') return outcome === 'taken' ? takenAs[key.kind] : outcome;
    reserved.push(key);
  }
  return 'stored';
}

/** Two mails of one id are a fault of the caller, told before anything is stored. */
async function areKnown({ models, ask }: ChangeDeps, mails: readonly OutboxMail[]): Promise<boolean> {
  if (mails.length === 0) return false;
  const ids = mails.map(({ id }) => id);
  return (await ask(() => models.outbox.findOne({ _id: { $in: ids } }, { _id: 1 }, reading).exec())) !== null;
}

/** The one write that decides. False: the account is no longer as the attempt saw it, and nothing was stored. */
function createCommit({ models, ask, find }: ChangeDeps) {
  async function write({ owner: _id, from, change, at }: Attempt, account: Account | null, owed: readonly Pending[]) {
    const revision = from + 1;
    if (from === 0) {
      return insertNew(ask, models.accounts, { _id, revision, account, recent: [change], pending: owed });
    }
    const { matchedCount } = await ask(() =>
      models.accounts.updateOne(
        { _id, revision: from },
        {
          $set: { account, revision, ...(account === null && { killedAt: at }) },
          // A creation over its own tombstone; a binding that is dead.
          $unset: { absorbing: 1, ...(account !== null && { killedAt: 1 }) },
          $push: { recent: { $each: [change], $slice: -recentKept }, pending: { $each: owed } },
        },
        writing,
      ),
    );
    return matchedCount === 1;
  }

  return async (attempt: Attempt, account: Account | null, owed: readonly Pending[]): Promise<boolean> => {
    const isStored = async () => (await find(attempt.owner))?.recent.includes(attempt.change) ?? false;
    try {
      if (await write(attempt, account, owed)) return true;
    } catch (error) {
      // The reply was lost. If the change is not there now it may still arrive: then nobody knows.
      if (error instanceof TemporarilyUnavailable && (await isStored())) return true;
      throw error;
    }
    // Somebody was first; or it was this very write, which the driver has sent twice.
    return isStored();
  };
}

/** Never fails the change, which is stored: what cannot be settled now is settled by the next change, or by the repair. */
function createSettleAll({ models, ask, settle, later }: ChangeDeps) {
  // Settled by this node, the newest of them: an account may be read before it is told, and need not be settled again.
  const settled = new Set<string>();

  function remember(changes: readonly string[]): void {
    for (const change of changes) settled.add(change);
    for (const oldest of settled) if (settled.size > settledKept) settled.delete(oldest);
  }

  return async (owner: AccountId, pending: readonly Pending[]): Promise<void> => {
    const owed = pending.filter(({ change }) => !settled.has(change));
    if (owed.length === 0) return;
    try {
      await settle(owner, owed);
    } catch (error) {
      if (error instanceof TemporarilyUnavailable) return;
      throw error;
    }
    const changes = owed.map(({ change }) => change);
    remember(changes);
    const told = { $pull: { pending: { change: { $in: changes } } } };
    later(() => ask(() => models.accounts.updateOne({ _id: owner }, told, writing)));
  };
}
