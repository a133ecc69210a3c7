import { expect, test } from '@jest/globals';
import type { Account } from '../../src/accounts/account.ts';
import { mostPreviousAddresses, withNewAddress } from '../../src/accounts/previous-addresses.ts';
import { type KeepInput, keepAccount } from '../../src/identity/keep-account.ts';
import { identityFingerprints } from '../../src/identity/national-id.ts';
import type { AccountId, BrowserHash, Fingerprint, JourneyId } from '../../src/ids.ts';
import type { Journey } from '../../src/journey/journey.ts';
import {
  bornAccount,
  type CeremonyDeps,
  ceremonyDeps,
  client,
  identityOf,
  mailsOf,
  newJourneyId,
  provedJourney,
  words,
} from './ceremony.ts';

const dayMs = 86_400_000;
const code = '010190-999W';

/** An account in use: linked, with a device, something owed, and a place at a client. */
async function inUse(deps: CeremonyDeps): Promise<Account> {
  const account = await bornAccount(deps, newJourneyId());
  const at = deps.clock.now() - 100 * dayMs;
  const device = { browser: 'old' as BrowserHash, firstSeenAt: at, lastSeenAt: at, lastJourney: 'old' as JourneyId };
  const result = await deps.storage.accounts.update(account.id, (current) => ({
    account: {
      ...current,
      identity: {
        country: 'FI',
        idType: 'hetu',
        fingerprints: identityFingerprints(deps.keyring, identityOf(code)),
        sealedCode: 'sealed',
        linkedAt: at,
      },
      identifiedAt: at,
      greetedAt: at,
      owedIdentification: { since: at, rule: 'rate' },
      devices: [{ ...device, program: null, system: null, network: 'local' }],
    },
  }));
  if (result.outcome !== 'updated') throw new Error(result.outcome);
  return result.account;
}

/** At the page that asks whether to keep the other account. */
async function atKeeping(deps?: CeremonyDeps, kept?: Account) {
  const all = deps ?? (await ceremonyDeps());
  const owner = kept ?? (await inUse(all));
  const id = newJourneyId();
  const born = await bornAccount(all, id);
  const journey = await provedJourney(all, born, code, { id });
  const change = async (fields: Partial<Journey>): Promise<void> => {
    await all.storage.journeys.update(id, (current) => ({ value: { ...current, ...fields } }));
  };
  await change({ linkAnswer: { kind: 'keep', shownAddress: owner.emailFingerprint } });
  const ended: AccountId[] = [];
  const endSessionsOf = async (account: AccountId): Promise<void> => void ended.push(account);
  const browser = 'browser' as BrowserHash;
  const shown = words('keep', 'fi');
  return {
    ...all,
    born,
    kept: owner,
    journey,
    ended,
    change,
    account: (account: Account) => all.storage.accounts.byId(account.id),
    keep: (input: Partial<KeepInput> = {}) =>
      keepAccount(
        { ...all, endSessionsOf },
        { journey, born, kept: owner, client, locale: 'fi', browser, shown, ...input },
      ),
  };
}
type Keeping = Awaited<ReturnType<typeof atKeeping>>;

async function nothingChanged(at: Keeping): Promise<void> {
  expect(await at.account(at.kept)).toEqual(at.kept);
  expect(await at.account(at.born)).toMatchObject({ email: at.born.email });
  expect(await mailsOf(at)).toEqual([]);
}

test('the kept account has the new address and password, the half-made one is gone, and all that stood on the old ones ends', async () => {
  const at = await atKeeping();
  expect(await at.keep()).toEqual({ outcome: 'kept' });
  const kept = await at.account(at.kept);
  expect(kept).toMatchObject({
    id: at.kept.id,
    email: at.born.email,
    password: at.born.password,
    passwordSetAt: at.clock.now(),
    identity: at.kept.identity,
    greetedAt: at.kept.greetedAt,
    // The identification just made counts for it.
    identifiedAt: at.clock.now(),
    owedIdentification: null,
    devices: [],
  });
  expect(await at.account(at.born)).toBeNull();
  expect(await at.storage.accounts.byEmail(at.kept.emailFingerprint)).toBeNull();
  expect((await at.storage.accounts.byEmail(at.born.emailFingerprint))?.id).toBe(at.kept.id);
  // Before the change, should we be killed in it, and after it.
  expect(at.ended).toEqual([at.kept.id, at.kept.id]);
  expect((await mailsOf(at)).toSorted()).toEqual(['new-address', 'undo-address']);
  for (const accountId of [at.kept.id, at.born.id]) {
    const [record] = await at.storage.audit.list({ accountId, limit: 1 });
    expect(record?.event).toBe('account.absorbed');
    expect(JSON.stringify(record)).not.toContain('@');
  }
});

test('the old address can be put back for seven days; the account says so, the link only finds it', async () => {
  const at = await atKeeping();
  await at.keep();
  const previous = (await at.account(at.kept))?.previousAddresses[0];
  expect(previous).toMatchObject({ email: at.kept.email, undoUntil: at.clock.now() + 7 * dayMs });
  const link = await at.storage.links.get(previous?.undoTokenHash ?? '');
  expect(link).toMatchObject({ purpose: 'undo-address', accountId: at.kept.id, validUntil: previous?.undoUntil });
});

test.each([
  ['identity', { identity: null }],
  ['password', { passwordAt: null }],
  ['mailbox', { mailboxAt: null }],
  ['mailbox', { mailboxSameBrowser: false }],
  ['account', { accountId: 'somebody-else' as AccountId }],
] as const)('without %s in the journey nothing changes: %j', async (proof, taken) => {
  const at = await atKeeping();
  await at.change(taken);
  expect(await at.keep()).toEqual({ outcome: 'missing', proof });
  expect(at.ended).toEqual([]);
  await nothingChanged(at);
});

test('consent to linking is no consent to this, nor are words of another day', async () => {
  const at = await atKeeping();
  for (const shown of [words('link', 'fi'), { locale: 'fi', textHash: 'x' } as const]) {
    expect(await at.keep({ shown })).toEqual({ outcome: 'missing', proof: 'consent' });
  }
  await nothingChanged(at);
});

test.each<[string, (at: Keeping) => Promise<unknown>]>([
  [
    'the page showed another address',
    (at) => at.change({ linkAnswer: { kind: 'keep', shownAddress: 'another' as Fingerprint } }),
  ],
  ['the question was not asked', (at) => at.change({ linkAnswer: null })],
  ['a client has seen the new account', (at) => seen(at, { greetedAt: at.clock.now() })],
  ['the new account has accepted terms', (at) => seen(at, { terms: { oima: { version: '1', acceptedAt: 1 } } })],
  ['the new account was born elsewhere', (at) => seen(at, { bornIn: newJourneyId() })],
  ['the new account is barred', (at) => seen(at, { barredAt: at.clock.now() })],
])('nothing changes where %s', async (_case, meanwhile) => {
  const at = await atKeeping();
  await meanwhile(at);
  expect(await at.keep()).toEqual({ outcome: 'changed' });
  await nothingChanged(at);
});

async function seen(at: Keeping, fields: Partial<Account>): Promise<void> {
  await at.storage.accounts.update(at.born.id, (account) => ({ account: { ...account, ...fields } }));
}

test.each<[string, Partial<Account>]>([
  ['barred', { barredAt: 5 }],
  ['not this person’s any more', { identity: null }],
])('a kept account that is %s by now takes no address', async (_case, fields) => {
  const at = await atKeeping();
  await at.storage.accounts.update(at.kept.id, (account) => ({ account: { ...account, ...fields } }));
  expect(await at.keep()).toEqual({ outcome: 'changed' });
  expect(await at.account(at.kept)).toMatchObject({ email: at.kept.email, ...fields });
  expect(await at.account(at.born)).not.toBeNull();
});

test('two journeys give one account their address at the same moment: one does, the other is shown what is true now', async () => {
  const first = await atKeeping();
  const second = await atKeeping(first, first.kept);
  const outcomes = await Promise.all([first.keep(), second.keep()]);
  expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['changed', 'kept']);
  const [winner, loser] = outcomes[0]?.outcome === 'kept' ? [first, second] : [second, first];
  expect(await first.account(first.kept)).toMatchObject({ email: winner.born.email });
  expect(await first.account(loser.born)).toMatchObject({ email: loser.born.email, identity: null });
});

test('while five changes can be undone there is no sixth; each of them outlives the later ones', async () => {
  const at = await atKeeping();
  let account = at.kept;
  for (let number = 1; number <= mostPreviousAddresses; number += 1) {
    const address = { email: `${number}@oma.example`, emailFingerprint: `mail ${number}` as Fingerprint };
    const undo = { undoTokenHash: `token ${number}`, undoUntil: at.clock.now() + dayMs };
    account = withNewAddress(account, address, undo, at.clock.now() + number);
  }
  await at.storage.accounts.update(at.kept.id, () => ({ account }));
  await at.change({ linkAnswer: { kind: 'keep', shownAddress: account.emailFingerprint } });
  expect(await at.keep()).toEqual({ outcome: 'changed' });
  expect(account.previousAddresses.map(({ undoTokenHash }) => undoTokenHash)).toEqual(
    [5, 4, 3, 2, 1].map((number) => `token ${number}`),
  );
  at.clock.advance(dayMs);
});
