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
  const exchange = { accountId: account.id, brokerId: 'bank', method: 'bank' };
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
