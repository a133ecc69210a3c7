/** Changes of accounts that are there: reads, lets the caller decide, stores, and begins again when somebody was faster. */
import type { Account } from '../../accounts/account.ts';
import type { AccountId } from '../../ids.ts';
import type { Accounts, Change, EraseOutcome, UpdateOutcome } from '../ports.ts';
import { type ChangeDeps, createStore } from './change.ts';
import type { AccountDocument } from './documents.ts';
import { createRetry, createTurns } from './turns.ts';

/** From which document an account was read: an update that knows the account needs no reading of its own. */
export type Documents = WeakMap<Account, AccountDocument>;
type Decide = (before: AccountDocument | null) => Promise<UpdateOutcome | 'stale'>;

export function createUpdates(deps: ChangeDeps, documents: Documents): Pick<Accounts, 'update' | 'absorb' | 'erase'> {
  const { ask, find, settle, absorptions } = deps;
  const put = createPut(deps, documents);
  const erase = createErase(deps);
  const inTurn = createTurns(ask);
  const findFree = async (id: AccountId) => absorptions.unbound(await find(id));

  async function untilStored(id: AccountId, decide: Decide): Promise<UpdateOutcome> {
    const again = createRetry(ask);
    for (;;) {
      const result = await decide(await findFree(id));
      if (result !== 'stale') return result;
      await again();
    }
  }

  async function update(...[id, change, known]: Parameters<Accounts['update']>): Promise<UpdateOutcome> {
    const decide: Decide = async (before) =>
      before?.account ? put(before, before.account, change(before.account)) : { outcome: 'missing' };
    const before = known && documents.get(known);
    const first = before && !before.absorbing ? await decide(before) : 'stale';
    // Any other answer may be owed to what has changed since.
    if (first !== 'stale' && first.outcome === 'updated') return first;
    return untilStored(id, decide);
  }

  async function absorb(...[into, from, change]: Parameters<Accounts['absorb']>): Promise<UpdateOutcome> {
    return untilStored(into, async (before) => {
      const born = await findFree(from);
      if (!before?.account || !born?.account) return { outcome: 'missing' };
      const decided = change(before.account, born.account);
      if (!decided) return put(before, before.account, null);
      if (born.account.identity) throw new Error('an account that has an identity is not absorbed');
      // Among it may be that born has absorbed somebody, whose keys would follow born's tombstone for ever.
      await settle(from, born.pending);
      return put(before, before.account, decided, born);
    });
  }

  return {
    erase: (id, decide) => inTurn(id, () => erase(findFree, id, decide)),
    update: (id, change, known) => inTurn(id, () => update(id, change, known)),
    async absorb(into, from, change) {
      if (into === from) throw new Error('an account does not absorb itself');
      return inTurn(into, () => absorb(into, from, change));
    },
  };
}

function createErase(deps: ChangeDeps) {
  const store = createStore(deps);
  return async (
    findFree: (id: AccountId) => Promise<AccountDocument | null>,
    ...[id, decide]: Parameters<Accounts['erase']>
  ): Promise<EraseOutcome> => {
    const again = createRetry(deps.ask);
    for (;;) {
      const before = await findFree(id);
      if (!before?.account) return 'missing';
      const effects = decide(before.account);
      if (!effects) return 'unchanged';
      // Its mails among it, which would else be stored after those of the account were emptied.
      await deps.settle(id, before.pending);
      if ((await store(id, before, { account: null, effects })) === 'stored') return 'erased';
      await again();
    }
  };
}

function createPut(deps: ChangeDeps, documents: Documents) {
  const store = createStore(deps);
  return async (
    seen: AccountDocument,
    before: Account,
    decided: Change | null,
    absorbs?: AccountDocument,
  ): Promise<UpdateOutcome | 'stale'> => {
    if (!decided) return { outcome: 'unchanged', account: before };
    const account = { ...decided.account, id: before.id, version: before.version + 1 };
    const next = { account, effects: decided.effects ?? {}, ...(absorbs && { absorbs }) };
    const outcome = await store(before.id, seen, next);
    if (outcome === 'stale') return outcome;
    if (outcome !== 'stored') return { outcome };
    const { absorbing: _dead, ...document } = seen;
    documents.set(account, { ...document, revision: seen.revision + 1, account, pending: [] });
    return { outcome: 'updated', account };
  };
}
