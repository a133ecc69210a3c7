import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../src/journey/facts.ts';
import { type Decision, nextStep, type Rung, rungNames } from '../../src/journey/next-step.ts';
import { levelReaches } from '../../src/journey/proof-rules.ts';
import { forAllFacts, now } from './all-facts.ts';

/** What must hold before anybody gets past a rung, said apart from the ladder's own words. */
const passed: Record<Rung, (facts: Facts) => boolean> = {
  'sign-in': ({ journey, session }) =>
    journey.passwordAt !== null || journey.factor?.method === 'hwk' || session !== null,
  'select-account': ({ request, session }) => session === null || !request.selectAccount,
  'account-closed': ({ account }) => account?.barred === false,
  'second-factor': (facts) => {
    const { journey } = facts;
    // Whoever must identify as the linked person anyway is not asked for both.
    const identifies = !strongEnough({ ...facts, journey: { ...journey, identifiedAsOtherTooOften: false } });
    return !wantsFactor(facts) || hasMoreThanPassword(facts) || (facts.account?.linked === true && identifies);
  },
  'deletion-asked': ({ account }) => account?.deletionAsked === false,
  'new-password': ({ account, journey }) => account?.mustChangePassword === false && !journey.passwordTooWeak,
  'strong-auth': strongEnough,
  'not-authorised': ({ account }) => account?.onRoster === true,
  'email-code': ({ account, journey }) =>
    account?.owedCode === null &&
    (account.newDevice !== 'code' ||
      [journey.mailboxAt, journey.codeAt, journey.identity].some((proof) => proof !== null)) &&
    (journey.identity?.owner !== 'nobody' || journey.mailboxAt !== null || journey.codeAt !== null),
  'link-eid': ({ journey }) => journey.identity === null || journey.identity.owner === 'this-account',
  'pending-address': ({ account }) => account?.addressChangeUntold === false,
  terms: ({ request, journey, session }) =>
    request.termsDemand === null ||
    (request.termsDemand === 'postponable' && (journey.termsPostponed || session?.termsPostponed === true)),
  consent: ({ request }) => !request.consentMissing,
  welcome: ({ account }) => account?.greeted === true,
};

function wantsFactor({ account, request }: Facts): boolean {
  if (account === null || account.secondFactor === 'none') return false;
  return account.secondFactor === 'always' || request.secondFactor !== 'off';
}

function hasMoreThanPassword({ journey, session }: Facts): boolean {
  if (journey.identity?.owner === 'this-account') return true;
  return [journey.factor, session?.factor, session?.identity].some((proof) => proof != null);
}

function strongEnough(facts: Facts): boolean {
  const { account, journey, session, request } = facts;
  if (account === null || journey.identifiedAsOtherTooOften) return false;
  // The conflict page comes later and lets nobody through.
  if (journey.identity?.owner === 'another-account') return true;
  const recent = session?.identity && now - session.identity.at <= request.freshMs ? session.identity : null;
  const level = (journey.identity ?? recent)?.level ?? null;
  if (!levelReaches(level, request.demandedLevel)) return false;
  if (journey.identity?.owner === 'nobody') return true;
  const bare = !hasMoreThanPassword(facts);
  if (bare && account.linked && journey.factorLost && wantsFactor(facts)) return false;
  if (bare && request.secondFactor === 'required' && account.secondFactor === 'none') return false;
  const postponed = journey.identificationPostponed || session?.identificationPostponed === true;
  const { owedIdentification } = account;
  if (owedIdentification !== null && !(owedIdentification === 'rate' && postponed)) return false;
  if (account.newDevice === 'identification' && journey.identity === null) return false;
  const tooOld = request.atMostMs !== null && account.linked && now - Number(account.identifiedAt) > request.atMostMs;
  return !tooOld && (account.linked || !request.firstAlways);
}

/** Why a client may get an error instead of a code. */
function deserved({ request, journey }: Facts): boolean {
  const unmet = journey.identity !== null && !levelReaches(journey.identity.level, request.demandedLevel);
  return request.namesAnotherSubject || request.unreachableAcr || unmet;
}

/** What the success of a page changes; the ladder must then lead further. */
function after(rung: Rung, facts: Facts): Facts {
  const { account, journey, request } = facts;
  if (account === null) return facts;
  const paid = { owedIdentification: null, identifiedAt: now };
  const identity = {
    at: now,
    level: 'high',
    method: 'ftn_bank',
    owner: account.linked ? 'this-account' : 'nobody',
  } as const;
  switch (rung) {
    case 'sign-in':
      return { ...facts, journey: { ...journey, passwordAt: now } };
    case 'select-account':
      return { ...facts, request: { ...request, selectAccount: false } };
    case 'account-closed':
      return { ...facts, account: { ...account, barred: false } };
    case 'second-factor':
      return { ...facts, journey: { ...journey, factor: { at: now, method: 'otp' } } };
    case 'deletion-asked':
      return { ...facts, account: { ...account, deletionAsked: false } };
    case 'new-password':
      return {
        ...facts,
        account: { ...account, mustChangePassword: false },
        journey: { ...journey, passwordTooWeak: false },
      };
    case 'strong-auth':
      return {
        ...facts,
        account: account.linked ? { ...account, ...paid } : account,
        journey: { ...journey, identity, identifiedAsOtherTooOften: false },
      };
    case 'not-authorised':
      return { ...facts, account: { ...account, onRoster: true } };
    case 'email-code':
      return {
        ...facts,
        account: { ...account, owedCode: null, mailboxProvedAt: now },
        journey: { ...journey, codeAt: now },
      };
    case 'link-eid':
      return {
        ...facts,
        account: { ...account, ...paid, linked: true },
        journey: { ...journey, identity: journey.identity && { ...journey.identity, owner: 'this-account' } },
      };
    case 'pending-address':
      return { ...facts, account: { ...account, addressChangeUntold: false } };
    case 'terms':
      return { ...facts, request: { ...request, termsDemand: null } };
    case 'consent':
      return { ...facts, request: { ...request, consentMissing: false } };
    case 'welcome':
      return { ...facts, account: { ...account, greeted: true } };
  }
}

/** What the provider's policy sees after the finish: the session only. */
function asSession({ journey, session, account, request, ...facts }: Facts): Facts {
  const identity = journey.identity ?? session?.identity ?? null;
  return {
    ...facts,
    // Answered, as the library has it.
    request: { ...request, selectAccount: false },
    // The finish made the device known.
    account: account && { ...account, newDevice: null },
    journey: {
      door: 'sign-in',
      passwordAt: null,
      factor: null,
      factorLost: false,
      mailboxAt: null,
      codeAt: null,
      identity: null,
      passwordTooWeak: false,
      identificationPostponed: false,
      termsPostponed: false,
      identifiedAsOtherTooOften: false,
    },
    session: {
      passwordAt: journey.passwordAt ?? session?.passwordAt ?? null,
      factor: journey.factor ?? session?.factor ?? null,
      codeAt: journey.codeAt ?? session?.codeAt ?? null,
      identity,
      identificationPostponed: journey.identificationPostponed || session?.identificationPostponed === true,
      termsPostponed: journey.termsPostponed || session?.termsPostponed === true,
    },
  };
}

function fault(facts: Facts, decision: Decision): string | null {
  const due = rungNames.find((rung) => !passed[rung](facts));
  if (decision.kind === 'page' && decision.rung !== due) return `shows ${decision.rung}, due is ${due}`;
  if (decision.kind === 'done' && due !== undefined) return `done although ${due} is due`;
  if (decision.kind === 'refuse' && !passed['sign-in'](facts)) return 'refused before anybody was known';
  if (decision.kind === 'refuse' && !deserved(facts)) return `refused without a reason`;
  if (decision.kind !== 'done') return null;
  if (facts.request.namesAnotherSubject || facts.request.unreachableAcr) return 'done for a request that cannot be met';
  const again = nextStep(asSession(facts));
  return again.kind === 'done' ? null : 'the policy, seeing the session only, asks again';
}

describe('the ladder', () => {
  test('over combinations of all facts the first unmet rung wins, and done means that nothing is due', () => {
    const faults: string[] = [];
    const behind = new Map(rungNames.map((rung) => [rung, new Set<Rung>()]));
    let done = 0;
    forAllFacts((facts) => {
      const decision = nextStep(facts);
      const found = fault(facts, decision);
      if (found !== null && faults.length < 5) faults.push(`${found}: ${JSON.stringify(facts)}`);
      if (decision.kind === 'done') done += 1;
      const [first, ...later] = rungNames.filter((rung) => !passed[rung](facts));
      for (const rung of later) behind.get(first ?? rung)?.add(rung);
      return undefined;
    });
    expect(faults).toEqual([]);
    // The share that is looked at has shown each rung, as the first one due, with every later one due behind it.
    const unseen = rungNames.flatMap((first, at) =>
      rungNames.slice(at + 1).flatMap((rung) => (behind.get(first)?.has(rung) ? [] : `${first} before ${rung}`)),
    );
    // Who is not signed in has no account to choose.
    expect(unseen).toEqual(['sign-in before select-account']);
    expect(done).toBeGreaterThan(500);
  });

  test('from any combination the success of each page leads on, and the climb ends', () => {
    const stuck: string[] = [];
    let looked = 0;
    forAllFacts((start) => {
      looked += 1;
      // Some of them are plenty: the climb itself visits many combinations.
      if (looked % 13 !== 0) return undefined;
      let facts = start;
      let decision = nextStep(facts);
      for (let steps = 0; decision.kind === 'page' && steps < rungNames.length; steps += 1) {
        facts = after(decision.rung, facts);
        decision = nextStep(facts);
      }
      if (decision.kind === 'page' && stuck.length < 5)
        stuck.push(`stuck at ${decision.rung}: ${JSON.stringify(start)}`);
      return undefined;
    });
    expect(stuck).toEqual([]);
  });

  test('terms that may wait are asked once, in this journey or in an earlier one of the session; others always', () => {
    forAllFacts((facts) => {
      if (nextStep(facts).kind !== 'done' || facts.session === null) return undefined;
      const { request, journey, session } = facts;
      const asked = (termsDemand: 'due' | 'postponable', here: boolean, before: boolean) =>
        nextStep({
          ...facts,
          request: { ...request, termsDemand },
          journey: { ...journey, termsPostponed: here },
          session: { ...session, termsPostponed: before },
        }).kind === 'page';
      const putOff = [
        [false, false],
        [true, false],
        [false, true],
      ] as const;
      expect(putOff.map(([here, before]) => asked('postponable', here, before))).toEqual([true, false, false]);
      expect(putOff.map(([here, before]) => asked('due', here, before))).toEqual([true, true, true]);
      return 'stop';
    });
    expect.assertions(2);
  });

  test('whoever is yet to be linked shows their factor first: their own bank stands in for nothing', () => {
    forAllFacts((facts) => {
      if (nextStep(facts).kind !== 'done' || facts.account?.linked !== true) return undefined;
      // What a session recalls is gone below.
      if (facts.session !== null) return undefined;
      const { account, journey, request } = facts;
      const at = { request: { ...request, secondFactor: 'required' }, session: null } as const;
      const asked = (owner: 'nobody' | 'this-account', linked: boolean, factorLost: boolean) => {
        const identity = { at: now, level: 'high', method: 'ftn_bank', owner } as const;
        const decision = nextStep({
          ...facts,
          ...at,
          account: { ...account, linked, secondFactor: 'enrolled' },
          journey: { ...journey, passwordAt: now, factor: null, factorLost, identity },
        });
        return decision.kind === 'page' ? decision.rung : decision.kind;
      };
      expect(asked('nobody', false, false)).toBe('second-factor');
      expect(asked('nobody', false, true)).toBe('second-factor');
      expect(asked('this-account', true, true)).toBe('done');
      return 'stop';
    });
    expect.assertions(3);
  });

  test.each([
    ['hwk', null, ['hwk', 'mfa']],
    ['hwk', now, ['pwd', 'hwk', 'mfa']],
    ['otp', now, ['pwd', 'otp', 'mfa']],
    ['recovery', now, ['pwd', 'otp', 'mfa']],
  ] as const)('a factor by %s is told', (method, passwordAt, amr) => {
    forAllFacts((facts) => {
      const { journey } = facts;
      const decision = nextStep({
        ...facts,
        session: null,
        journey: { ...journey, passwordAt, codeAt: null, identity: null, factor: { at: now, method } },
      });
      if (decision.kind !== 'done') return undefined;
      expect(decision.amr).toEqual(amr);
      return 'stop';
    });
    expect.assertions(1);
  });

  test('nobody is at the door they chose', () => {
    const base = { now, session: null, account: null } as const;
    for (const door of ['sign-in', 'password', 'sign-up', 'link-sent', 'forgot-password', 'reset-sent'] as const) {
      let seen: Decision | null = null;
      forAllFacts((facts) => {
        seen = nextStep({ ...facts, ...base, journey: { ...facts.journey, door } });
        return 'stop';
      });
      expect(seen).toEqual({ kind: 'page', rung: 'sign-in', step: door });
    }
  });

  test('the page for a lost mailbox is behind an identification of its account’s owner, as long as that lives', () => {
    const proof = { at: now, level: 'high', method: 'ftn_bank' } as const;
    const steps = [null, 'nobody', 'another-account', 'this-account'].map((owner) => {
      let seen: Decision | null = null;
      forAllFacts((facts) => {
        // A cast: `owner` is of these words.
        const identity = owner === null ? null : ({ ...proof, owner } as Facts['journey']['identity']);
        seen = nextStep({ ...facts, account: null, journey: { ...facts.journey, door: 'lost-mailbox', identity } });
        return 'stop';
      });
      return seen;
    });
    const page = (step: string) => ({ kind: 'page', rung: 'sign-in', step });
    const [closed, open] = [page('find-account'), page('lost-mailbox')];
    expect(steps).toEqual([closed, closed, open, open]);
  });
});
