/**
 * An account whose deletion is due is not there, exactly from that instant on: for sign-in, tokens, links and pages alike,
 * as none of them can read it. Whoever needs its address or identity erases it.
 *
 * `scan` shows it and `erase` takes it still: they are what the retention works with.
 */
import type { Account } from '../accounts/account.ts';
import type { Clock } from '../deps.ts';
import { keysOf } from '../storage/account-keys.ts';
import type { Accounts, Change, Storage, UpdateOutcome } from '../storage/ports.ts';
import { isErasureDue } from './deletion.ts';

type Erase = (storage: Storage, account: Account) => Promise<unknown>;

export function withoutDueAccounts(storage: Storage, clock: Clock, erase: Erase): Storage {
  // Descriptors, since `notBefore` is a getter and must stay one.
  const whole: Storage = Object.defineProperties({ ...storage }, Object.getOwnPropertyDescriptors(storage));
  return Object.assign(whole, { accounts: shown(storage, clock, erase) });
}

const taken: readonly string[] = ['email-taken', 'identity-taken'];

type IsDue = (account: Account) => boolean;
/** True if a key that this account wants is free now. */
type MakeRoom = (wanting: Account | null) => Promise<boolean>;

function shown(storage: Storage, clock: Clock, erase: Erase): Accounts {
  const { accounts } = storage;
  const isDue: IsDue = (account) => isErasureDue(account, clock.now());
  const there = (account: Account | null) => (account && isDue(account) ? null : account);
  const makeRoom = createMakeRoom(storage, isDue, erase);
  return {
    ...accounts,
    byId: async (id) => there(await accounts.byId(id)),
    byEmail: async (fingerprint) => there(await accounts.byEmail(fingerprint)),
    byIdentity: async (fingerprints) => there(await accounts.byIdentity(fingerprints)),
    async create(account, effects) {
      const outcome = await accounts.create(account, effects);
      return taken.includes(outcome) && (await makeRoom(account)) ? accounts.create(account, effects) : outcome;
    },
    update: (id, decide) =>
      changing(makeRoom, ({ isGone, watch }) =>
        accounts.update(id, (now) => (isDue(now) ? isGone() : watch(decide(now)))),
      ),
    absorb: (into, from, decide) =>
      changing(makeRoom, ({ isGone, watch }) =>
        accounts.absorb(into, from, (kept, born) =>
          isDue(kept) || isDue(born) ? isGone() : watch(decide(kept, born)),
        ),
      ),
  };
}

function createMakeRoom(storage: Storage, isDue: IsDue, erase: Erase): MakeRoom {
  const { accounts } = storage;
  return async (wanting) => {
    const owners = await Promise.all(
      keysOf(wanting).map(({ kind, value }) =>
        kind === 'email' ? accounts.byEmail(value) : accounts.byIdentity([value]),
      ),
    );
    const due = owners.filter((owner) => owner !== null && owner.id !== wanting?.id && isDue(owner));
    await Promise.all(due.map((owner) => owner && erase(storage, owner)));
    return due.length > 0;
  };
}

type Watch = { readonly watch: (decided: Change | null) => Change | null; readonly isGone: () => null };

/** What is decided last is what wanted the keys. */
async function changing(makeRoom: MakeRoom, attempt: (watch: Watch) => Promise<UpdateOutcome>): Promise<UpdateOutcome> {
  let [wanting, gone]: [Account | null, boolean] = [null, false];
  const watch: Watch = {
    watch(decided) {
      [wanting, gone] = [decided?.account ?? null, false];
      return decided;
    },
    isGone() {
      gone = true;
      return null;
    },
  };
  const result = await attempt(watch);
  if (gone && result.outcome === 'unchanged') return { outcome: 'missing' };
  return taken.includes(result.outcome) && (await makeRoom(wanting)) ? attempt(watch) : result;
}
