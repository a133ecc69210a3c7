import { expect, test } from '@jest/globals';
import type { AccountId, BrowserHash, JourneyId } from '../../src/ids.ts';
import { resendCode, startChallenge, tryCode } from '../../src/secrets/codes.ts';
import { testKeyring } from '../support/keyring.ts';
import { codeDeps } from './deps.ts';

const bound = {
  journeyId: 'journey' as JourneyId,
  browser: 'browser' as BrowserHash,
  accountId: 'account' as AccountId,
  purpose: 'link',
} as const;

const wrongFor = (code: string) => (code === '000000' ? '111111' : '000000');

test('the right code works once', async () => {
  const { deps } = await codeDeps();
  const { id, code } = await startChallenge(deps, bound);
  expect(await tryCode(deps, id, bound, code)).toEqual({ verdict: 'right' });
  expect(await tryCode(deps, id, bound, code)).toEqual({ verdict: 'proved-already' });
});

test('of twenty right tries at once one wins', async () => {
  const { deps } = await codeDeps();
  const { id, code } = await startChallenge(deps, bound);
  const verdicts = await Promise.all(Array.from({ length: 20 }, () => tryCode(deps, id, bound, code)));
  expect(verdicts.filter(({ verdict }) => verdict === 'right')).toHaveLength(1);
});

test('five wrong tries use the challenge up, and then the right code is too late', async () => {
  const { deps } = await codeDeps();
  const { id, code } = await startChallenge(deps, bound);
  for (const triesLeft of [4, 3, 2, 1]) {
    expect(await tryCode(deps, id, bound, wrongFor(code))).toEqual({ verdict: 'wrong', triesLeft });
  }
  expect(await tryCode(deps, id, bound, wrongFor(code))).toEqual({ verdict: 'exhausted' });
  expect(await tryCode(deps, id, bound, code)).toEqual({ verdict: 'exhausted' });
});

test('fifty wrong tries at once are counted as five', async () => {
  const { deps } = await codeDeps();
  const { id, code } = await startChallenge(deps, bound);
  await Promise.all(Array.from({ length: 50 }, () => tryCode(deps, id, bound, wrongFor(code))));
  expect((await deps.storage.challenges.get(id))?.wrongTries).toBe(5);
});

test('another journey, browser, account or purpose never gets in, and its tries are not the owner’s', async () => {
  const { deps } = await codeDeps();
  const { id, code } = await startChallenge(deps, bound);
  const others = [
    { ...bound, journeyId: 'x' as JourneyId },
    { ...bound, browser: 'x' as BrowserHash },
    { ...bound, accountId: 'x' as AccountId },
    { ...bound, purpose: 'sign-in' as const },
  ];
  for (const other of others) expect(await tryCode(deps, id, other, code)).toEqual({ verdict: 'expired' });
  expect(await tryCode(deps, id, bound, code)).toEqual({ verdict: 'right' });
});

test('a resend leaves the code before it its own life; both share the tries', async () => {
  const { deps, clock } = await codeDeps();
  const first = await startChallenge(deps, bound);
  expect(await resendCode(deps, first.id)).toBeNull();
  clock.advance(60_000);
  const second = await resendCode(deps, first.id);
  expect(second?.code).toMatch(/^\d{6}$/);
  clock.advance(8 * 60_000);
  expect(await tryCode(deps, first.id, bound, first.code)).toEqual({ verdict: 'right' });
});

test('a code is dead ten minutes after it was made, its successor is not', async () => {
  const { deps, clock } = await codeDeps();
  const first = await startChallenge(deps, bound);
  clock.advance(5 * 60_000);
  const second = await resendCode(deps, first.id);
  clock.advance(5 * 60_000);
  expect((await tryCode(deps, first.id, bound, first.code)).verdict).toBe('wrong');
  expect(await tryCode(deps, first.id, bound, second?.code ?? '')).toEqual({ verdict: 'right' });
});

test('three resends, sixty seconds apart, and no more', async () => {
  const { deps, clock } = await codeDeps();
  const { id } = await startChallenge(deps, bound);
  const sent: boolean[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    clock.advance(60_000);
    sent.push((await resendCode(deps, id)) !== null);
  }
  expect(sent).toEqual([true, true, true, false]);
});

test('the store alone does not give the code away: another key makes another MAC', async () => {
  const { deps } = await codeDeps();
  const { id, code } = await startChallenge(deps, bound);
  const stored = JSON.stringify(await deps.storage.challenges.get(id));
  expect(stored).not.toContain(code);
  const thief = { ...deps, keyring: testKeyring(9) };
  expect((await tryCode(thief, id, bound, code)).verdict).toBe('wrong');
});
