/**
 * Every one-time and every unique operation of the storage ports as a race: many attempts at the same thing, of which
 * exactly one may win. Run by racer.ts in several processes at once.
 */
import type { Account } from '../../src/accounts/account.ts';
import type { Effects, Storage } from '../../src/storage/ports.ts';
import { testAccount, testAudit, testFingerprint, testIdentity, testMail } from '../support/storage.ts';

export type Race = {
  /** What the attempts need, made once before the first. */
  readonly prepare?: (storage: Storage, thing: string) => Promise<unknown>;
  /** True for the winner, or the names of what was won. `attempt` is different in all processes. */
  readonly attempt: (storage: Storage, thing: string, attempt: string) => Promise<boolean | readonly string[]>;
  /** Where it is decided; `both`: Redis decides, and MongoDB remembers. */
  readonly where: 'redis' | 'mongo' | 'both';
  /** Each winner has left one audit record. */
  readonly audited?: true;
};

const lifeMs = 3_600_000;
const later = (): number => Date.now() + lifeMs;

const idOf = (thing: string, attempt: string): Account['id'] => accountFor(thing, attempt).id;

function accountFor(thing: string, attempt: string, keys: Partial<Account> = {}): Account {
  // A cast: any text that is unique serves as an account's id.
  return testAccount({ id: `${thing}-${attempt}` as Account['id'], ...keys });
}

const identityOf = (thing: string) => testIdentity(`identity of ${thing}`);

const addressOf = (thing: string) => ({ emailFingerprint: testFingerprint(`address of ${thing}`) });

const recorded = ({ id }: Account) => [testAudit({ accountId: id })];

async function created({ accounts }: Storage, account: Account, effects: Effects = {}): Promise<boolean> {
  return (await accounts.create(account, { audit: recorded(account), ...effects })) === 'created';
}

/** Each attempt has an account of its own, made before it tries. */
async function changed(
  { accounts }: Storage,
  account: Account,
  change: Partial<Account>,
  effects: Effects = {},
): Promise<boolean> {
  await accounts.create(account, {});
  const { outcome } = await accounts.update(account.id, (before) => ({
    account: { ...before, ...change },
    effects: { audit: recorded(account), ...effects },
  }));
  return outcome === 'updated';
}

export const races = {
  'a row taken once': {
    prepare: ({ newestLinks }, thing) => newestLinks.put(thing, { tokenHash: thing }, later()),
    attempt: async ({ newestLinks }, thing) => (await newestLinks.takeOnce(thing)) !== null,
    where: 'redis',
  },
  'a row inserted': {
    attempt: ({ newestLinks }, thing, attempt) => newestLinks.insert(thing, { tokenHash: attempt }, later()),
    where: 'redis',
  },
  'a row claimed by a change': {
    prepare: ({ newestLinks }, thing) => newestLinks.put(thing, { tokenHash: 'free' }, later()),
    attempt: async ({ newestLinks }, thing, attempt) => {
      const after = await newestLinks.update(thing, ({ tokenHash }) =>
        tokenHash === 'free' ? { value: { tokenHash: attempt } } : null,
      );
      return after?.changed === true;
    },
    where: 'redis',
  },
  'an artifact consumed': {
    prepare: ({ artifacts }, thing) => artifacts.upsert('AuthorizationCode', thing, '{}', { grantId: thing }, later()),
    attempt: ({ artifacts }, thing) => artifacts.consume('AuthorizationCode', thing),
    where: 'redis',
  },
  'a refresh token consumed': {
    prepare: ({ artifacts }, thing) => artifacts.upsert('RefreshToken', thing, '{}', { grantId: thing }, later()),
    attempt: ({ artifacts }, thing) => artifacts.consume('RefreshToken', thing),
    where: 'both',
  },
  'an assertion believed': {
    attempt: ({ artifacts }, thing) => artifacts.insert('ReplayDetection', thing, '{}', later()),
    where: 'redis',
  },
  'the first hit of a limit': {
    attempt: async ({ limits }, thing) => (await limits.hit(thing, lifeMs)).count === 1,
    where: 'redis',
  },
  'an address, by new accounts': {
    attempt: (storage, thing, attempt) => created(storage, accountFor(thing, attempt, addressOf(thing))),
    where: 'mongo',
    audited: true,
  },
  'an identity, by new accounts': {
    attempt: (storage, thing, attempt) => created(storage, accountFor(thing, attempt, { identity: identityOf(thing) })),
    where: 'mongo',
    audited: true,
  },
  'a token spent, by new accounts': {
    attempt: (storage, thing, attempt) => created(storage, accountFor(thing, attempt), { spends: thing }),
    where: 'mongo',
    audited: true,
  },
  'an identity, linked by accounts': {
    attempt: (storage, thing, attempt) => changed(storage, accountFor(thing, attempt), { identity: identityOf(thing) }),
    where: 'mongo',
    audited: true,
  },
  'an address, changed to by accounts': {
    attempt: (storage, thing, attempt) => changed(storage, accountFor(thing, attempt), addressOf(thing)),
    where: 'mongo',
    audited: true,
  },
  'an account absorbed': {
    prepare: ({ accounts }, thing) => accounts.create(accountFor(thing, 'half made', addressOf(thing)), {}),
    attempt: async ({ accounts }, thing, attempt) => {
      const own = accountFor(thing, attempt);
      await accounts.create(own, {});
      const { outcome } = await accounts.absorb(own.id, idOf(thing, 'half made'), (kept, { emailFingerprint }) => ({
        account: { ...kept, emailFingerprint },
        effects: { audit: recorded(kept) },
      }));
      return outcome === 'updated';
    },
    where: 'mongo',
    audited: true,
  },
  'a token spent, by changes': {
    attempt: (storage, thing, attempt) => changed(storage, accountFor(thing, attempt), {}, { spends: thing }),
    where: 'mongo',
    audited: true,
  },
  'a change decided on what it read': {
    prepare: ({ accounts }, thing) => accounts.create(accountFor(thing, 'shared'), {}),
    attempt: async ({ accounts }, thing, attempt) => {
      const { outcome } = await accounts.update(idOf(thing, 'shared'), (before) =>
        before.nickname === null
          ? { account: { ...before, nickname: attempt }, effects: { audit: recorded(before) } }
          : null,
      );
      return outcome === 'updated';
    },
    where: 'mongo',
    audited: true,
  },
  'a mail claimed for delivery': {
    prepare: ({ outbox }, thing) => outbox.add([testMail({ id: thing, createdAt: Date.now(), expiresAt: later() })]),
    // Whatever is due, of any round that is under way.
    attempt: async ({ outbox }) => (await outbox.claimDue(Date.now(), 5, lifeMs)).map(({ id }) => id),
    where: 'mongo',
  },
} as const satisfies Readonly<Record<string, Race>>;

export type RaceName = keyof typeof races;
