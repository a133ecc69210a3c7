/** Those who judge the fault suites: a judge that finds nothing wrong with anything proves nothing. */
import { expect, test } from '@jest/globals';
import type { Account } from '../../../src/accounts/account.ts';
import { testAccount, testAudit, testIdentity } from '../../support/storage.ts';
import { type Kept, lostOf, twiceOrHalf } from './afterwards.ts';
import { gotOn } from './passages.ts';
import { broken, type Passage } from './through.ts';
import { type Journey, nothingTold, win, wonTwice } from './told.ts';
import { type Seen, wrongs } from './watch.ts';

const seen = (more: Partial<Seen> = {}): Seen => ({
  startedAt: 0,
  tookMs: 10,
  what: 'GET /auth',
  status: 303,
  mute: null,
  ...more,
});
const watched = (requests: readonly Seen[]) => ({ ask: fetch, seen: requests });
const journey = (more: Partial<Journey> = {}): Journey => ({
  what: 'sign-in',
  startedAt: 9_000,
  endedAt: 9_100,
  problem: null,
  ...more,
});

/** A store that was away from 1,000 to 4,000, as it should be. */
function passage(more: Partial<Passage> = {}): Passage {
  const probes = Array.from({ length: 20 }, (_, index) =>
    seen({ startedAt: index * 500, what: 'GET /jwks', status: 200 }),
  );
  return {
    told: { ...nothingTold(), journeys: [journey()] },
    crowd: watched([seen(), seen({ startedAt: 2_000, status: 503 }), seen({ startedAt: 9_000 })]),
    probes,
    readiness: [seen({ startedAt: 2_000, status: 503 }), seen({ startedAt: 5_000, status: 200 })],
    beganAt: 1_000,
    returnedAt: 4_000,
    recoveredMs: 0,
    growthMb: 1,
    ...more,
  };
}

test('a passage as it should be breaks nothing', () => {
  expect(broken(passage(), { away: true })).toEqual([]);
});

test.each<[string, Partial<Passage>]>([
  ['a slow request', { crowd: watched([seen({ tookMs: 2_501 })]) }],
  ['a request that hung', { crowd: watched([seen({ status: 'hung' })]) }],
  ['a broken connection', { crowd: watched([seen({ status: 'broken' })]) }],
  ['an error of ours', { crowd: watched([seen({ status: 500 })]) }],
  ['a 503 without a reference', { crowd: watched([seen({ status: 503, mute: 'busy' })]) }],
  ['keys that were not to be had', { probes: passage().probes.map((probe) => ({ ...probe, status: 503 })) }],
  ['slow keys', { probes: passage().probes.map((probe) => ({ ...probe, tookMs: 1_001 })) }],
  ['nobody who asked for keys', { probes: [] }],
  ['a node that was always ready', { readiness: [seen({ startedAt: 2_000, status: 200 })] }],
  ['a node that never was again', { readiness: [2_000, 9_000].map((startedAt) => seen({ startedAt, status: 503 })) }],
  ['a late recovery', { recoveredMs: 2_001 }],
  ['a journey that failed afterwards', { told: { ...nothingTold(), journeys: [journey({ problem: '503' })] } }],
  ['nobody who tried afterwards', { told: nothingTold() }],
  ['memory that grew', { growthMb: 51 }],
])('%s is found', (_, more) => {
  expect(broken(passage(more), { away: true })).not.toEqual([]);
});

test('a code that won twice is found', () => {
  const told = nothingTold();
  for (const code of ['one', 'two', 'two']) win(told, code);
  expect(wonTwice(told)).toEqual(['two']);
  expect(broken(passage({ told: { ...told, journeys: [journey()] } }), { away: true })).not.toEqual([]);
});

test('requests that fail by the dozen are no getting on', () => {
  const at = (status: number) => Array.from({ length: 12 }, () => seen({ startedAt: 2_000, status }));
  expect(gotOn(passage({ crowd: watched(at(200)) }))).toEqual([]);
  expect(gotOn(passage({ crowd: watched([...at(200), ...at(503)]) }))).not.toEqual([]);
  expect(wrongs(at(503), 2_500)).toEqual([]);
});

const identity = testIdentity('identity');
const made = testAccount({ email: 'a@oma.example', identity });

/** One account, made by a link, with its records. */
function kept(more: Partial<Kept> = {}): Kept {
  const { id: accountId } = made;
  const audit = (['account.created', 'link-eid.linked'] as const).map((event) => testAudit({ event, accountId }));
  return { accounts: [made], audit, evidence: [], spent: [{ hash: 'token', spentAt: 1 }], ...more };
}

test('what is whole has nothing wrong', () => {
  expect(twiceOrHalf(kept())).toEqual([]);
});

const other = (more: Partial<Account>): Account => testAccount({ importedFrom: null, ...more });

test.each<[string, Partial<Kept>]>([
  ['an address twice', { accounts: [made, other({ emailFingerprint: made.emailFingerprint })] }],
  ['an identity twice', { accounts: [made, other({ identity })] }],
  ['an account without its record', { audit: [] }],
  ['a record twice', { audit: [...kept().audit, ...kept().audit] }],
  ['an account without its link', { spent: [] }],
])('%s is found', (_, more) => {
  expect(twiceOrHalf(kept(more))).not.toEqual([]);
});

test('whoever was told something that is no longer so is found', () => {
  const { email } = made;
  const told = { ...nothingTold(), created: [email], linked: [email] };
  expect(lostOf(told, [made])).toEqual([]);
  expect(lostOf({ ...told, accepted: [email] }, [made])).toEqual([`terms of ${email}`]);
  expect(lostOf(told, [{ ...made, identity: null }])).toEqual([`link of ${email}`]);
  expect(lostOf(told, [])).toEqual([`account of ${email}`, `link of ${email}`]);
});
