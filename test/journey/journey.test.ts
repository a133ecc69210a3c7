import { describe, expect, test } from '@jest/globals';
import type { AccountId, BrowserHash, ClientId, JourneyId } from '../../src/ids.ts';
import type { Journey } from '../../src/journey/journey.ts';
import { asAccount, decidedFor, freshJourney, leaveAccount } from '../../src/journey/journey-rules.ts';

const own = 'own' as AccountId;
const victims = 'victims' as AccountId;
const fresh = freshJourney({
  id: 'journey' as JourneyId,
  interactionUid: 'uid',
  clientId: 'client' as ClientId,
  browser: 'browser' as BrowserHash,
  startedAt: 0,
  expiresAt: 1,
  email: null,
});
const codeProved = (journey: Journey): Journey => ({ ...journey, codeAt: 5 });

describe('a proof that was judged while the journey went on as another account', () => {
  test('does not count for that account: a code of one’s own mailbox is no proof of a victim’s', () => {
    const judged = asAccount(fresh, own);
    expect(decidedFor(judged, own, codeProved)(asAccount(judged, victims)).codeAt).toBeNull();
  });

  test('nor does it bring an account back that was left meanwhile', () => {
    const judged = asAccount(fresh, own);
    expect(decidedFor(judged, own, codeProved)(leaveAccount(judged))).toEqual(leaveAccount(judged));
  });

  test('a password that took longer than another one does not take over', () => {
    const proved = (journey: Journey): Journey => ({ ...asAccount(journey, victims), passwordAt: 5 });
    expect(decidedFor(fresh, null, proved)(asAccount(fresh, own)).accountId).toBe(own);
  });

  test('counts where nothing changed, and where another tab bound the journey to the same session’s account', () => {
    expect(decidedFor(asAccount(fresh, own), own, codeProved)(asAccount(fresh, own)).codeAt).toBe(5);
    expect(decidedFor(fresh, own, codeProved)(asAccount(fresh, own)).codeAt).toBe(5);
  });
});
