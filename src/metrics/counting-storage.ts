import type { AuditEvent, AuditRecord } from '../audit/audit-log.ts';
import type { Effects, Storage } from '../storage/ports.ts';

/** What is counted: how sign-ins end, what becomes of wrong passwords, tokens used by two, clients not told. Few names, all ours. */
const countedEvents = [
  'sign-in.finished',
  'sign-in.cancelled',
  'password.refused',
  'password.delayed',
  'refresh-token.reused',
  'logout.undelivered',
] as const;
type CountedEvent = (typeof countedEvents)[number];

const isCounted = (event: AuditEvent): event is CountedEvent => countedEvents.some((counted) => counted === event);

/** The same storage; `count` is told of each of these events once it is stored. */
export function countingStorage(storage: Storage, count: (event: CountedEvent) => void): Storage {
  const { accounts, audit } = storage;
  const tell = (records: readonly AuditRecord[] = []): void => {
    for (const { event } of records) if (isCounted(event)) count(event);
  };
  // Descriptors, since `notBefore` is a getter and must stay one.
  const counting: Storage = Object.defineProperties({ ...storage }, Object.getOwnPropertyDescriptors(storage));
  return Object.assign(counting, {
    accounts: {
      ...accounts,
      async update(id, change, known) {
        // It may be called several times: the last one is what was stored.
        let effects: Effects = {};
        const watched: typeof change = (account) => {
          const changed = change(account);
          effects = changed?.effects ?? {};
          return changed;
        };
        const result = await accounts.update(id, watched, known);
        if (result.outcome === 'updated') tell(effects.audit);
        return result;
      },
    } satisfies Storage['accounts'],
    audit: {
      ...audit,
      async append(record) {
        await audit.append(record);
        tell([record]);
      },
    } satisfies Storage['audit'],
  });
}
