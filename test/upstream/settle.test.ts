/** What an answer of the broker causes when the account changes in the very moment between looking and writing. */
import { expect, test } from '@jest/globals';
import type { Account } from '../../src/accounts/account.ts';
import { identityFingerprints, openPerson } from '../../src/identity/national-id.ts';
import { type Return, settle } from '../../src/upstream/settle.ts';
import {
  bornAccount,
  ceremonyDeps,
  client,
  identityOf,
  mailsOf,
  newJourneyId,
  provedJourney,
} from '../identity/ceremony.ts';
import { testIdentity } from '../support/storage.ts';

const theirs = '131189Y902A';

/** Back from the bank as `theirs`; `meanwhile` happens to the account right after it was first read. */
async function backAtBank(meanwhile: (account: Account) => Account) {
  const deps = await ceremonyDeps();
  const account = await bornAccount(deps, newJourneyId());
  const journey = { ...(await provedJourney(deps, account, theirs)), identity: null };
  const { accounts } = deps.storage;
  let happened = false;
  const byId: typeof accounts.byId = async (id) => {
    const read = await accounts.byId(id);
    if (!happened) {
      happened = true;
      await accounts.update(id, (current) => ({ account: meanwhile(current) }));
    }
    return read;
  };
  const exchange = { purpose: 'sign-in', accountId: account.id, brokerId: 'bank', method: 'bank' };
  // A cast: of a return only what settling reads is here.
  const back = {
    ...deps,
    storage: { ...deps.storage, accounts: { ...accounts, byId } },
    exchange,
    journey,
    client,
  } as unknown as Return;
  return { deps, journey, back, stored: () => accounts.byId(account.id), identity: identityOf(theirs) };
}

test('somebody else was linked meanwhile: nothing of this person is written to the account', async () => {
  const linked = testIdentity('somebody else');
  const { deps, journey, back, stored, identity } = await backAtBank((account) => ({
    ...account,
    identity: linked,
    sealedPerson: 'sealed',
    identifiedAt: 5,
    owedIdentification: { since: 5, rule: 'rate' },
  }));
  const change = await settle(back, { outcome: 'identified', identity });
  expect(await stored()).toMatchObject({
    identity: linked,
    sealedPerson: 'sealed',
    identifiedAt: 5,
    owedIdentification: { rule: 'rate' },
  });
  expect(change(journey)).toMatchObject({ identity: null, brokerNotice: 'mismatch', mismatches: 1 });
  expect(await mailsOf(deps)).toEqual(['mismatch']);
});

test('the same person was linked meanwhile, in another tab: the identification counts', async () => {
  const { deps, journey, back, stored, identity } = await backAtBank((account) => account);
  const fingerprints = identityFingerprints(deps.keyring, identity);
  const second = { ...back, storage: deps.storage };
  await deps.storage.accounts.update(journey.accountId as never, (account) => ({
    account: { ...account, identity: { ...testIdentity(), fingerprints } },
  }));
  const change = await settle(second, { outcome: 'identified', identity });
  const account = await stored();
  expect(account?.identifiedAt).toBe(deps.clock.now());
  expect(account && openPerson(deps.keyring, account, account.sealedPerson ?? '')).toContain('Henkilö');
  expect(change(journey).identity).toMatchObject({ fingerprints });
});

test.each([
  ['rate', 'strong-auth.postponed', true],
  ['demanded-by-client', 'strong-auth.failed', false],
  ['too-old', 'strong-auth.failed', false],
] as const)('the bank is down, and the rule that asked is %s: %s', async (rule, event, postponed) => {
  const { deps, journey, back, identity } = await backAtBank((account) => account);
  const fingerprints = identityFingerprints(deps.keyring, identity);
  // The draw is owed in each case: it postpones only where nothing else asks.
  await deps.storage.accounts.update(journey.accountId as never, (account) => ({
    account: {
      ...account,
      identity: { ...testIdentity(), fingerprints },
      owedIdentification: { since: 5, rule: 'rate' },
    },
  }));
  const asked = [{ kind: 'code', rule: 'rate' } as const, { kind: 'identification', rule } as const];
  const change = await settle(
    { ...back, storage: deps.storage, journey: { ...journey, asked } },
    { outcome: 'unavailable', cause: 'timeout' },
  );
  expect((await deps.storage.audit.list({ limit: 1 })).map((record) => record.event)).toEqual([event]);
  expect(change(journey).identificationPostponed).toBe(postponed);
});
