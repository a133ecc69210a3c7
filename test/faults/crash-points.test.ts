/** The order of writes across the two files (decisions.md §7), stopped between each two of them. */
import { randomBytes, randomInt } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { BrowserHash, ClientId } from '../../src/ids.ts';
import { claimLink, findLink, issueLink, markSpent, releaseLink, tokenHashOf } from '../../src/secrets/one-time.ts';
import { openTestStorage, testAccount, testAudit, testClock, testFingerprint } from '../support/storage.ts';

const claimMs = 10_000;
const asking = 'browser that asked' as BrowserHash;
const other = 'another browser' as BrowserHash;

async function withLink() {
  const clock = testClock();
  const storage = await openTestStorage(clock);
  const random = { bytes: randomBytes, int: randomInt };
  const config = { lives: { activationLinkSeconds: 86_400, resetLinkSeconds: 1_800, deadLinkSeconds: 604_800 } };
  // A cast: one-time.ts reads nothing else of the configuration.
  const deps = { storage, clock, random, config } as unknown as Parameters<typeof issueLink>[0];
  const emailFingerprint = testFingerprint();
  const { token } = await issueLink(deps, {
    purpose: 'activate',
    emailFingerprint,
    email: 'uusi@oma.example',
    accountId: null,
    clientId: 'oima' as ClientId,
    locale: 'fi',
    journeyId: null,
    interactionUid: null,
    browser: asking,
  });
  const tokenHash = tokenHashOf(token);
  const create = () => {
    const account = testAccount({ emailFingerprint });
    return storage.accounts.create(account, { spends: tokenHash, audit: [testAudit({ accountId: account.id })] });
  };
  const state = async () => (await findLink(deps, 'activate', tokenHash)).state;
  return { deps, clock, storage, tokenHash, create, state };
}

test('a kill after the claim: the link is free again after ten seconds, not before, and makes its account', async () => {
  const { deps, clock, tokenHash, create, state } = await withLink();
  expect(await claimLink(deps, tokenHash, { requestId: 'killed', browser: asking })).toBe(true);
  clock.advance(claimMs - 1);
  expect(await state()).toBe('live');
  expect(await claimLink(deps, tokenHash, { requestId: 'next', browser: asking })).toBe(false);
  clock.advance(1);
  expect(await claimLink(deps, tokenHash, { requestId: 'next', browser: asking })).toBe(true);
  expect(await create()).toBe('created');
  await markSpent(deps, tokenHash, asking);
  expect(await state()).toBe('used');
});

test('a kill after the durable row: the link is used at once, to its own browser as its own', async () => {
  const { deps, clock, storage, tokenHash, create, state } = await withLink();
  await claimLink(deps, tokenHash, { requestId: 'killed', browser: asking });
  expect(await create()).toBe('created');
  expect(await state()).toBe('used');
  expect((await findLink(deps, 'activate', tokenHash)).link?.spentBy).toBe(asking);
  clock.advance(claimMs);
  expect(await state()).toBe('used');
  expect((await storage.audit.list({ limit: 10 })).map(({ event }) => event)).toEqual(['account.created']);
});

test('a claim that outlived its ten seconds while its durable row was written: the second change is refused as spent', async () => {
  const { deps, clock, tokenHash, create } = await withLink();
  await claimLink(deps, tokenHash, { requestId: 'slow', browser: asking });
  clock.advance(claimMs);
  expect(await claimLink(deps, tokenHash, { requestId: 'second', browser: other })).toBe(true);
  expect(await create()).toBe('created');
  expect(await create()).toBe('spent');
});

test('a claim whose change failed is free at once, and only its own request frees it', async () => {
  const { deps, tokenHash } = await withLink();
  await claimLink(deps, tokenHash, { requestId: 'failed', browser: asking });
  await releaseLink(deps, tokenHash, 'somebody else');
  expect(await claimLink(deps, tokenHash, { requestId: 'next', browser: asking })).toBe(false);
  await releaseLink(deps, tokenHash, 'failed');
  expect(await claimLink(deps, tokenHash, { requestId: 'next', browser: asking })).toBe(true);
});

test('a link whose address was taken meanwhile is spent, but nobody is told that it was theirs', async () => {
  const { deps, tokenHash } = await withLink();
  await claimLink(deps, tokenHash, { requestId: 'late', browser: asking });
  await markSpent(deps, tokenHash, null);
  const { state, link } = await findLink(deps, 'activate', tokenHash);
  expect([state, link?.spentBy]).toEqual(['used', null]);
});

test('twenty claims at once: one holds the link', async () => {
  const { deps, tokenHash } = await withLink();
  const claims = Array.from({ length: 20 }, (_, index) =>
    claimLink(deps, tokenHash, { requestId: `request ${index}`, browser: asking }),
  );
  expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
});
