import type { AuditRecord } from '../audit/audit-log.ts';
import type { Effects, Storage } from '../storage/ports.ts';

type Tell = (record: AuditRecord) => void;

/** The same storage; `tell` hears of each record of the audit log that a change of an account, a mail or nothing else brought, once it is stored. */
export function watchedStorage(storage: Storage, tell: Tell): Storage {
  const { audit, outbox } = storage;
  const tellAll = (records: readonly AuditRecord[] = []): void => records.forEach(tell);
  // Descriptors, since `notBefore` is a getter and must stay one.
  const watched: Storage = Object.defineProperties({ ...storage }, Object.getOwnPropertyDescriptors(storage));
  return Object.assign(watched, {
    accounts: watchedAccounts(storage, tellAll),
    audit: {
      ...audit,
      async append(record) {
        await audit.append(record);
        tell(record);
      },
    } satisfies Storage['audit'],
    outbox: {
      ...outbox,
      async add(mails, records) {
        await outbox.add(mails, records);
        tellAll(records);
      },
    } satisfies Storage['outbox'],
  });
}

function watchedAccounts({ accounts }: Storage, tellAll: (records: Effects['audit']) => void): Storage['accounts'] {
  return {
    ...accounts,
    async create(account, effects) {
      const outcome = await accounts.create(account, effects);
      if (outcome === 'created') tellAll(effects.audit);
      return outcome;
    },
    async update(id, change, known) {
      // It may be called several times: the last one is what was stored.
      let effects: Effects = {};
      const watched: typeof change = (account) => {
        const changed = change(account);
        effects = changed?.effects ?? {};
        return changed;
      };
      const result = await accounts.update(id, watched, known);
      if (result.outcome === 'updated') tellAll(effects.audit);
      return result;
    },
    async absorb(into, from, change) {
      let effects: Effects = {};
      const watched: typeof change = (kept, born) => {
        const changed = change(kept, born);
        effects = changed?.effects ?? {};
        return changed;
      };
      const result = await accounts.absorb(into, from, watched);
      if (result.outcome === 'updated') tellAll(effects.audit);
      return result;
    },
  };
}
