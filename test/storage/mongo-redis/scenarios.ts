/** Changes that touch several documents, each with the state it starts from and what it looks like when it is there. */
import type { Account } from '../../../src/accounts/account.ts';
import type { AccountId, ClientId } from '../../../src/ids.ts';
import type { MongoStore } from '../../../src/storage/mongo-redis/mongo.ts';
import type { Effects } from '../../../src/storage/ports.ts';
import { testAccount, testAudit, testFingerprint, testIdentity, testMail } from '../../support/storage.ts';

export type Scenario = 'create' | 'link' | 'move' | 'unlink' | 'absorb' | 'erase' | 'mail';

type Story = {
  prepare(store: MongoStore): Promise<void>;
  change(store: MongoStore): Promise<string>;
  /** True if the change is there. */
  isThere(store: MongoStore): Promise<boolean>;
  /** Somebody else wants the same keys; the outcome. */
  rival(store: MongoStore): Promise<string>;
};

const later = () => Date.now() + 3_600_000;
const owner = 'account of the story' as AccountId;
const rival = 'account of the rival' as AccountId;
const born = 'account that is half made' as AccountId;
const first = testAccount({ id: owner, emailFingerprint: testFingerprint('first address') });
const [address, identity] = ['wanted address', 'wanted identity'];

// Not the contract's: a program of its own cannot load what imports Jest.
const linked = (account: Account): Account => ({
  ...account,
  identity: testIdentity(identity),
});

const effectsOf = (name: string, spends?: string): Effects => ({
  audit: [testAudit({ accountId: owner, details: { name } })],
  mails: [testMail({ id: `mail of ${name}`, expiresAt: later() })],
  evidence: [
    {
      accountId: owner,
      termsId: name,
      version: '1',
      locale: 'fi',
      textHash: 'hash',
      acceptedAt: 1,
      clientId: 'oima' as ClientId,
      network: '192.0.0.0/16',
    },
  ],
  ...(spends !== undefined && { spends }),
});

const wanted = (id: AccountId) => linked(testAccount({ id, emailFingerprint: testFingerprint(address) }));
const createBoth = async ({ accounts }: MongoStore) => {
  await accounts.create(first, {});
  await accounts.create(testAccount({ id: rival }), {});
};
const link = async ({ accounts }: MongoStore, id: AccountId, effects: Effects) =>
  (await accounts.update(id, (before) => ({ account: linked(before), effects }))).outcome;
const move = async ({ accounts }: MongoStore, id: AccountId, effects: Effects) => {
  const emailFingerprint = testFingerprint(address);
  return (await accounts.update(id, (before) => ({ account: { ...before, emailFingerprint }, effects }))).outcome;
};

const absorb = async ({ accounts }: MongoStore, into: AccountId, effects: Effects) => {
  const change = (kept: Account, { emailFingerprint }: Account) => ({
    account: { ...kept, emailFingerprint },
    effects,
  });
  return (await accounts.absorb(into, born, change)).outcome;
};

export const scenarios: Readonly<Record<Scenario, Story>> = {
  create: {
    prepare: async () => undefined,
    change: ({ accounts }) => accounts.create(wanted(owner), effectsOf('create', 'token')),
    isThere: async ({ accounts }) => (await accounts.byId(owner)) !== null,
    rival: ({ accounts }) => accounts.create(wanted(rival), { spends: 'token' }),
  },
  link: {
    prepare: createBoth,
    change: (store) => link(store, owner, effectsOf('link', 'token')),
    isThere: async ({ accounts }) => (await accounts.byId(owner))?.identity !== null,
    rival: (store) => link(store, rival, { spends: 'token' }),
  },
  move: {
    prepare: createBoth,
    change: (store) => move(store, owner, effectsOf('move')),
    isThere: async ({ accounts }) => (await accounts.byId(owner))?.emailFingerprint === address,
    rival: (store) => move(store, rival, {}),
  },
  unlink: {
    async prepare(store) {
      await createBoth(store);
      await link(store, owner, {});
    },
    async change({ accounts }) {
      const change = (before: Account) => ({ account: { ...before, identity: null }, effects: effectsOf('unlink') });
      return (await accounts.update(owner, change)).outcome;
    },
    isThere: async ({ accounts }) => (await accounts.byId(owner))?.identity === null,
    rival: (store) => link(store, rival, {}),
  },
  absorb: {
    async prepare(store) {
      await createBoth(store);
      await store.accounts.create(testAccount({ id: born, emailFingerprint: testFingerprint(address) }), {});
    },
    change: (store) => absorb(store, owner, effectsOf('absorb', 'token')),
    async isThere({ accounts }) {
      const [kept, gone] = await Promise.all([accounts.byId(owner), accounts.byId(born)]);
      const holder = (await accounts.byEmail(testFingerprint(address)))?.id;
      const isDone = kept?.emailFingerprint === address;
      // Whatever a crash left, to readers the address is of one of them, and the half made one is there while it has it.
      const isWhole = holder !== undefined && (holder === owner) === isDone && (holder === born) === (gone !== null);
      if (!isWhole) throw new Error(`half absorbed: the address is of ${holder}`);
      return isDone;
    },
    rival: (store) => absorb(store, rival, {}),
  },
  erase: {
    async prepare(store) {
      await createBoth(store);
      await link(store, owner, { mails: [testMail({ id: 'mail of before', accountId: owner, expiresAt: later() })] });
    },
    change({ accounts }) {
      const { audit = [], mails = [] } = effectsOf('erase');
      return accounts.erase(owner, () => ({ audit, mails }));
    },
    isThere: async ({ accounts }) => (await accounts.byId(owner)) === null,
    rival: (store) => link(store, rival, {}),
  },
  mail: {
    prepare: async () => undefined,
    async change({ outbox }) {
      const { mails = [], audit = [] } = effectsOf('mail');
      await outbox.add([testMail({ id: 'mail of first', expiresAt: later() }), ...mails], audit);
      return 'added';
    },
    isThere: async ({ outbox }) => (await outbox.nextDueAt()) !== null,
    rival: async () => 'nobody',
  },
};
