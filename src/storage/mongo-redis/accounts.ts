/**
 * Accounts: one document each, which is the commit point of every change (reservations.ts tells the whole design).
 *
 * Round trips, one after another: byId, byEmail, byIdentity 1; update 1 (commit), and 1 if the account is not known from
 * before, 1 for each key that it newly takes (or 1 for mails if there is none), 1 if it has effects; create likewise.
 */
import type { Account } from '../../accounts/account.ts';
import type { Accounts } from '../ports.ts';
import { type ChangeDeps, createStore } from './change.ts';
import { writing } from './connection.ts';
import type { AccountDocument } from './documents.ts';
import { type Key, owns, type Reservations } from './reservations.ts';
import { createRetry } from './turns.ts';
import { createUpdates, type Documents } from './updates.ts';

export function createAccounts(deps: ChangeDeps): Accounts {
  const { ask, find, reservations, absorptions } = deps;
  const store = createStore(deps);
  const documents: Documents = new WeakMap();
  const told = (document: AccountDocument | null): Account | null => {
    if (document?.account) documents.set(document.account, document);
    return document?.account ?? null;
  };
  const byKey = (key: Key) => findOwner(reservations, key);
  return {
    async byId(id) {
      const own = await absorptions.follow(await find(id));
      return own?._id === id ? told(own) : null;
    },
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
    ...createUpdates(deps, documents),
    scan: createScan(deps),
    isSpent: (value) => isSpent(reservations, { kind: 'token', value }),
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
function createScan({ models, ask, absorptions }: ChangeDeps): Accounts['scan'] {
  return async (after, limit) => {
    for (let from = after ?? ''; ; ) {
      const behind = { $match: { _id: { $gt: from }, account: { $ne: null } } };
      const next = [behind, { $sort: { _id: 1 } }, { $limit: limit }] as const;
      const found = await ask(() => models.accounts.aggregate<AccountDocument>([...next], writing).exec());
      const own = await Promise.all(found.map(absorptions.follow));
      const there = own.flatMap((document, at) => (document?._id === found[at]?._id ? (document?.account ?? []) : []));
      const last = found.at(-1);
      if (there.length > 0 || !last) return there;
      // All of them were absorbed just now.
      from = last._id;
    }
  };
}
