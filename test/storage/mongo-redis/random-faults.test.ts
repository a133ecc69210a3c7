/**
 * Random changes of a few accounts that want the same few keys, from three nodes at once, while calls are lost, late, done
 * twice, or their replies are lost. Whatever was answered: in the end every key has one owner, an acknowledged change is
 * there, a refused one is not, and each change that is there has each of its effects exactly once.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Account } from '../../../src/accounts/account.ts';
import { TemporarilyUnavailable } from '../../../src/errors.ts';
import type { AccountId, ClientId } from '../../../src/ids.ts';
import { type MongoOptions, type MongoStore, openMongo } from '../../../src/storage/mongo-redis/mongo.ts';
import { createWaits } from '../../../src/storage/mongo-redis/waits.ts';
import type { Effects } from '../../../src/storage/ports.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { rounds } from '../../support/heavy.ts';
import { testAccount, testAudit, testFingerprint, testMail } from '../../support/storage.ts';
import { type StoreServer, startMongo } from '../../support/store-servers.ts';
import { withIdentity } from '../contract/accounts.ts';
import { createFaultyWaits, seededRandom } from './faulty-waits.ts';
import { mongoOptions } from './mongo-options.ts';

type Step = {
  readonly kind: 'create' | 'move' | 'link' | 'unlink' | 'touch' | 'absorb';
  readonly node: number;
  readonly account: number;
  readonly key: number;
  readonly token: number | null;
  /** It has read the account before. */
  readonly knows: boolean;
};
type Told = 'done' | 'refused' | 'unknown';
type Tried = { readonly name: string; readonly account: AccountId; readonly token: string | null; readonly told: Told };

const [nodes, people, keys, tokens] = [3, 7, 3, 6];
const upTo = (count: number) => fc.nat({ max: count - 1 });
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('create', 'create', 'move', 'link', 'link', 'unlink', 'touch', 'absorb', 'absorb'),
  node: upTo(nodes),
  account: upTo(people),
  key: upTo(keys),
  token: fc.option(upTo(tokens)),
  knows: fc.boolean(),
});
const plans = fc.record({ steps: fc.array(step, { minLength: 5, maxLength: 40 }), seed: fc.integer() });

/** Every change leaves its name in the account, so that what is there can be told afterwards. */
function named(account: Account, name: string): Account {
  return { ...account, consents: { ...account.consents, [name]: { scopes: [], claims: [], givenAt: 1 } } };
}

function effectsOf(name: string, account: AccountId, token: string | null): Effects {
  const accepted = { termsId: name, version: '1', locale: 'fi', textHash: 'hash', acceptedAt: 1, network: 'local' };
  return {
    audit: [testAudit({ accountId: account, details: { name } })],
    mails: [testMail({ id: `mail of ${name}`, expiresAt: Date.now() + 3_600_000 })],
    evidence: [{ ...accepted, accountId: account, clientId: 'oima' as ClientId }],
    ...(token !== null && { spends: token }),
  };
}

const person = (n: number) => `person ${n}` as AccountId;
const email = (key: number) => testFingerprint(`address ${key}`);

async function tell(work: Promise<boolean>): Promise<Told> {
  try {
    return (await work) ? 'done' : 'refused';
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) return 'unknown';
    throw error;
  }
}

/** The account and the one it absorbs become one; not where that would lose an identity. */
function joined(kept: Account, born: Account): Account | null {
  const { emailFingerprint, consents } = born;
  return born.identity ? null : { ...kept, emailFingerprint, consents: { ...consents, ...kept.consents } };
}

async function take(store: MongoStore, { kind, key, ...step }: Step, name: string): Promise<Tried> {
  // Somebody who creates is somebody new; the others change one of those who may be there.
  const account = kind === 'create' ? (`new ${name}` as AccountId) : person(step.account);
  const token = step.token === null ? null : `token ${step.token}`;
  const effects = effectsOf(name, account, token);
  const change = (before: Account) => {
    const after = named(before, name);
    if (kind === 'move') return { account: { ...after, emailFingerprint: email(key) }, effects };
    if (kind === 'link') return { account: withIdentity(after, `identity ${key}`), effects };
    return { account: kind === 'unlink' ? { ...after, identity: null } : after, effects };
  };
  const known = step.knows ? await store.accounts.byId(account).catch(() => null) : null;
  const made = named(testAccount({ id: account, emailFingerprint: email(key) }), name);
  const { accounts } = store;
  const work = async (): Promise<string> => {
    if (kind === 'create') return accounts.create(made, effects);
    if (kind !== 'absorb') return (await accounts.update(account, change, known ?? undefined)).outcome;
    const result = await accounts.absorb(account, person((step.account + 1 + key) % people), (kept, born) => {
      const one = joined(kept, born);
      return one && { account: named(one, name), effects };
    });
    return result.outcome;
  };
  const isDone = work().then((outcome) => outcome === 'created' || outcome === 'updated');
  return { name, account, token, told: await tell(isDone) };
}

describeWithStores('random changes and faults', () => {
  let server: StoreServer;
  beforeAll(async () => {
    server = await startMongo();
  });
  afterAll(() => server.stop());

  test('leave every key with one owner and every change with its effects, once', async () => {
    const property = fc.asyncProperty(plans, async ({ steps, seed }) => {
      const options = mongoOptions(server.url, { clock: { now: Date.now } });
      const judge = await openMongo(options);
      try {
        for (let n = 0; n < people; n += 1) await judge.accounts.create(testAccount({ id: person(n) }), {});
        const tried = await takeAll(options, steps, seed);
        await judge.repair();
        await expectWhole(judge, tried);
      } finally {
        await judge.close();
      }
    });
    await fc.assert(property, { numRuns: rounds(8, 40), endOnFailure: true });
  });

  /** Eight at a time, each at its node; resolves when nothing is under way any more. */
  async function takeAll(options: MongoOptions, steps: readonly Step[], seed: number): Promise<readonly Tried[]> {
    const waits = createFaultyWaits(createWaits(10_000), seededRandom(seed));
    const stores = await Promise.all(Array.from({ length: nodes }, () => openMongo({ ...options, waits })));
    waits.spoil();
    const tried: Tried[] = [];
    try {
      for (let at = 0; at < steps.length; at += 8) {
        const together = steps.slice(at, at + 8).flatMap((one, n) => {
          const store = stores[one.node];
          return store ? [take(store, one, `change ${at + n}`)] : [];
        });
        tried.push(...(await Promise.all(together)));
      }
    } finally {
      await waits.heal();
      await Promise.all(stores.map((store) => store.close()));
    }
    return tried;
  }

  async function expectWhole(judge: MongoStore, tried: readonly Tried[]): Promise<void> {
    const ids = new Set(tried.map(({ account }) => account));
    const owners = await judge.accounts.scan(null, 1_000);
    const everybody = new Set([...ids, ...Array.from({ length: people }, (_, n) => person(n))]);
    const found = await Promise.all([...everybody].map((id) => judge.accounts.byId(id)));
    const there = found.filter((account) => account !== null);
    expect(there.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(owners);
    const first = Array.from({ length: people }, (_, n) => testAccount({ id: person(n) }).emailFingerprint);
    for (const address of [...first, ...Array.from({ length: keys }, (_, n) => email(n))]) {
      const addressed = owners.filter((account) => account.emailFingerprint === address).map(({ id }) => id);
      expect([await judge.accounts.byEmail(address)].flatMap((account) => account?.id ?? [])).toEqual(addressed);
    }
    for (let n = 0; n < keys; n += 1) {
      const identity = testFingerprint(`identity ${n}`);
      const linked = owners.filter((account) => account.identity?.fingerprints.includes(identity)).map(({ id }) => id);
      expect([await judge.accounts.byIdentity([identity])].flatMap((account) => account?.id ?? [])).toEqual(linked);
    }
    // Who was absorbed has left its names to who absorbed it.
    const isThere = ({ name }: Tried) => owners.some(({ consents }) => consents[name as ClientId] !== undefined);
    const stored = tried.filter(isThere);
    // What was acknowledged is there; what was refused is not; of the others nobody knew.
    expect(tried.filter((one) => one.told === 'done' && !isThere(one))).toEqual([]);
    expect(tried.filter((one) => one.told === 'refused' && isThere(one))).toEqual([]);
    const names = stored.map(({ name }) => name).sort();
    const audit = await judge.audit.list({ limit: 1_000 });
    expect(audit.map(({ details }) => details['name']).sort()).toEqual(names);
    const evidence = await Promise.all([...ids].map((id) => judge.evidence.of(id)));
    expect(
      evidence
        .flat()
        .map(({ termsId }) => termsId)
        .sort(),
    ).toEqual(names);
    const mails = await judge.outbox.claimDue(Date.now(), 1_000, 60_000);
    expect(mails.map(({ id }) => id.replace('mail of ', '')).sort()).toEqual(names);
    const spent = stored.flatMap(({ token }) => token ?? []);
    expect(new Set(spent).size).toBe(spent.length);
    for (let n = 0; n < tokens; n += 1) {
      expect(await judge.accounts.isSpent(`token ${n}`)).toBe(spent.includes(`token ${n}`));
    }
  }
});
