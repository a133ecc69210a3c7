/**
 * What one request reads and writes, joined: round trips to a store, and commits of an embedded one, are what a sign-in
 * waits for, and the provider library asks for the same rows again and again and writes them one at a time.
 *
 * - Writes that decide nothing (artifacts, session facts, origins, forgotten limits) are kept until the request is done
 *   and then written together, before it is answered: what is acknowledged is stored, as ever. A request that dies
 *   before has written none of them, which is what dying a little earlier would have done.
 * - A row that this request read a moment ago is not read again; compare-and-swap begins with what was read before.
 * - What decides anything (take once, consume, compare-and-swap, counters, revoking) is done at once. So is writing of
 *   links, codes and broker visits: a mail must never be stored before its secret (decisions.md §7).
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Account } from '../accounts/account.ts';
import type { Artifacts, ExpiringRows, RateLimits } from './expiring-ports.ts';
import type { Accounts, Storage } from './ports.ts';
import { createUnit, straight, type Unit } from './unit.ts';

type CurrentUnit = () => Unit;

export function withUnitOfWork(storage: Storage): Storage {
  const units = new AsyncLocalStorage<Unit>();
  const unit = () => units.getStore() ?? straight;
  // Descriptors, since `notBefore` is a getter and must stay one.
  const joined: Storage = Object.defineProperties({ ...storage }, Object.getOwnPropertyDescriptors(storage));
  return Object.assign(joined, {
    accounts: joinedAccounts(storage.accounts, unit),
    artifacts: joinedArtifacts(storage.artifacts, unit),
    journeys: joinedRows('journey', storage.journeys, unit),
    sessions: joinedRows('session', storage.sessions, unit),
    origins: joinedRows('origin', storage.origins, unit),
    limits: joinedLimits(storage.limits, unit),
    bounded: <T>(work: () => Promise<T>) =>
      storage.bounded(() => {
        const own = createUnit();
        return units.run(own, () => work().finally(own.close));
      }),
  });
}

function joinedAccounts(accounts: Accounts, unit: CurrentUnit): Accounts {
  const row = (id: string) => `account|${id}`;
  const learnt = async (found: Promise<Account | null>) => {
    const account = await found;
    if (account) unit().learn(row(account.id), account);
    return account;
  };
  return {
    ...accounts,
    byId: (id) => unit().read(row(id), () => accounts.byId(id)),
    byEmail: (fingerprint) => learnt(accounts.byEmail(fingerprint)),
    byIdentity: (fingerprints) => learnt(accounts.byIdentity(fingerprints)),
    absorb: (into, from, change) => unit().decideMany(() => accounts.absorb(into, from, change)),
    create: (account, effects) => unit().decide(row(account.id), () => accounts.create(account, effects)),
    erase: (id, decide) => unit().decide(row(id), () => accounts.erase(id, decide)),
    async update(id, change) {
      const known = await unit().known<Account | null>(row(id));
      const result = await unit().decide(row(id), () => accounts.update(id, change, known ?? undefined));
      if ('account' in result) unit().learn(row(id), result.account);
      return result;
    },
  };
}

function joinedArtifacts(artifacts: Artifacts, unit: CurrentUnit): Artifacts {
  const row = (model: string, id: string) => `${model}|${id}`;
  const many =
    <Args extends unknown[], T>(act: (...args: Args) => Promise<T>) =>
    (...args: Args) =>
      unit().decideMany(() => act(...args));
  return {
    find: (model, id) => unit().read(row(model, id), () => artifacts.find(model, id)),
    upsert: (model, id, payload, index, expiresAt) => {
      const write = () => artifacts.upsert(model, id, payload, index, expiresAt);
      return unit().keep(row(model, id), { payload, consumedAt: null }, write);
    },
    // That an interaction was finished once was decided before. What else is destroyed must be gone at once.
    destroy: (model, id) =>
      model === 'Interaction'
        ? unit().keep(row(model, id), null, () => artifacts.destroy(model, id))
        : unit().decide(row(model, id), () => artifacts.destroy(model, id)),
    insert: (model, id, payload, expiresAt) =>
      unit().decide(row(model, id), () => artifacts.insert(model, id, payload, expiresAt)),
    replace: (model, id, payload) => unit().decide(row(model, id), () => artifacts.replace(model, id, payload)),
    consume: (model, id) => unit().decide(row(model, id), () => artifacts.consume(model, id)),
    destroyByUid: many(artifacts.destroyByUid),
    findByUid: many(artifacts.findByUid),
    findByUserCode: many(artifacts.findByUserCode),
    revokeByGrant: many(artifacts.revokeByGrant),
    ofAccount: many(artifacts.ofAccount),
    revokeByAccount: many(artifacts.revokeByAccount),
  };
}

function joinedRows<T>(kind: string, rows: ExpiringRows<T>, unit: CurrentUnit): ExpiringRows<T> {
  const row = (key: string) => `${kind}|${key}`;
  return {
    put: (key, value, expiresAt) => unit().keep(row(key), value, () => rows.put(key, value, expiresAt)),
    get: (key) => unit().read(row(key), () => rows.get(key)),
    insert: (key, value, expiresAt) => unit().decide(row(key), () => rows.insert(key, value, expiresAt)),
    async update(key, change) {
      const known = await unit().known<T | null>(row(key));
      // Read as absent in this request: whoever wants it inserts, and finds out if somebody was faster.
      if (known === null) return null;
      const result = await unit().decide(row(key), () => rows.update(key, change, known));
      if (result) unit().learn(row(key), result.value);
      return result;
    },
    takeOnce: (key) => unit().decide(row(key), () => rows.takeOnce(key)),
    delete: (key) => unit().decide(row(key), () => rows.delete(key)),
  };
}

function joinedLimits(limits: RateLimits, unit: CurrentUnit): RateLimits {
  const row = (key: string) => `limit|${key}`;
  return {
    hit: (key, windowMs) => unit().decide(row(key), () => limits.hit(key, windowMs)),
    peek: (key) => unit().decide(row(key), () => limits.peek(key)),
    forget: (key) => unit().keep(row(key), null, () => limits.forget(key)),
  };
}
