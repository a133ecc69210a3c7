/** What a session remembers of the journey that just ended in it. */
import { expect, test } from '@jest/globals';
import { identityFingerprints } from '../../src/identity/national-id.ts';
import { bindSession } from '../../src/provider/session-facts.ts';
import { bornAccount, ceremonyDeps, identityOf, newJourneyId, provedJourney } from '../identity/ceremony.ts';
import { testIdentity } from '../support/storage.ts';

const theirs = '131189Y902A';

/** The row of a session bound to a journey in which this person was identified, on an account linked to `linkedTo`. */
async function boundRow(linkedTo: string | null) {
  const deps = await ceremonyDeps();
  const account = await bornAccount(deps, newJourneyId());
  const journey = await provedJourney(deps, account, theirs);
  if (linkedTo !== null) {
    const fingerprints = identityFingerprints(deps.keyring, identityOf(linkedTo));
    await deps.storage.accounts.update(account.id, (current) => ({
      account: { ...current, identity: { ...testIdentity(), fingerprints } },
    }));
  }
  const look = { program: 'Firefox', system: null, network: 'local' };
  await bindSession(deps, { uid: 'session', accountId: account.id, journey, look });
  return deps.storage.sessions.get('session');
}

test('the identification of its own person is remembered, and raises later sign-ins of the session', async () => {
  expect(await boundRow(theirs)).toMatchObject({ identified: { level: 'substantial', method: 'ftn_bank' } });
});

test('a password that was changed after it was typed opens no session', async () => {
  const deps = await ceremonyDeps();
  const account = await bornAccount(deps, newJourneyId());
  const journey = await provedJourney(deps, account, theirs);
  await deps.storage.accounts.update(account.id, (current) => ({
    account: { ...current, passwordSetAt: deps.clock.now() + 1 },
  }));
  const look = { program: 'Firefox', system: null, network: 'local' };
  await bindSession(deps, { uid: 'held', accountId: account.id, journey, look });
  expect(await deps.storage.sessions.get('held')).toBeNull();
});

test.each([
  ['nobody: identified and not linked', null],
  ['somebody else', '010190-999W'],
])('an account of %s gets no level from whoever came back from the bank last', async (_whose, linkedTo) => {
  const row = await boundRow(linkedTo);
  expect(row?.passwordProvedAt).toBeGreaterThan(0);
  expect(row?.identified).toBeNull();
});
