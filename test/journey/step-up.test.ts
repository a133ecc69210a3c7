import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AccountId } from '../../src/ids.ts';
import { accountDice, type Draw, drawFalls, withDraws } from '../../src/journey/step-up.ts';
import { testKeyring } from '../support/keyring.ts';
import { testAccount } from '../support/storage.ts';

const keyring = testKeyring(7);
const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2026, 0, 1);
const draw: Draw = { kind: 'identification', rate: 0.05, chance: 'policy', notWithinHours: 12 };
const accountIds = Array.from({ length: 4_000 }, (_, index) => `account-${index}` as AccountId);

describe('the draw', () => {
  test('falls on the policy’s share of account days', () => {
    const fallen = accountIds.filter((id) => drawFalls(accountDice(keyring, id), null, start, draw)).length;
    // 4,000 draws at 5 %: 200 expected, standard deviation 13.8; five of them either way.
    expect(fallen).toBeGreaterThan(130);
    expect(fallen).toBeLessThan(270);
  });

  test('is the same however often it is asked again within the account’s day', () => {
    const [id] = accountIds as [AccountId];
    const answers = new Set(
      Array.from({ length: 1_000 }, () => drawFalls(accountDice(keyring, id), null, start, draw)),
    );
    expect(answers.size).toBe(1);
  });

  test('changes once in 24 hours for every account, and not for all at the same time of day', () => {
    const changes = accountIds.slice(0, 200).map((id) => {
      const always = { ...draw, rate: 0.5 };
      const answers = Array.from({ length: 25 }, (_, h) =>
        drawFalls(accountDice(keyring, id), null, start + h * hour, always),
      );
      return answers.findIndex((answer, h) => h > 0 && answer !== answers[h - 1]);
    });
    expect(new Set(changes.filter((at) => at > 0)).size).toBeGreaterThan(12);
  });

  test('another key, another kind and another account draw on their own', () => {
    const other = testKeyring(8);
    const half = { ...draw, rate: 0.5 };
    const differs = (second: (id: AccountId) => boolean) =>
      accountIds.slice(0, 200).some((id) => drawFalls(accountDice(keyring, id), null, start, half) !== second(id));
    expect(differs((id) => drawFalls(accountDice(other, id), null, start, half))).toBe(true);
    expect(differs((id) => drawFalls(accountDice(keyring, id), null, start, { ...half, kind: 'code' }))).toBe(true);
  });

  test('never within notWithinHours of a success, also when it is fixed to always', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 * hour - 1 }), fc.constantFrom('policy', 'always'), (age, chance) => {
        const full = { ...draw, rate: 1, chance } as const;
        return !drawFalls(accountDice(keyring, 'a' as AccountId), start - age, start, full);
      }),
    );
    expect(
      drawFalls(accountDice(keyring, 'a' as AccountId), start - 12 * hour, start, { ...draw, chance: 'always' }),
    ).toBe(true);
  });

  test('a day that was paid is not asked again', () => {
    const paid = { ...draw, rate: 1, notWithinHours: 0 };
    const asked = Array.from({ length: 24 }, (_, h) =>
      drawFalls(accountDice(keyring, 'a' as AccountId), start, start + h * hour, paid),
    );
    // From the success to the end of the account's own day: no; from the next day on: yes, and it stays so.
    expect(asked[0]).toBe(false);
    expect(asked.lastIndexOf(false)).toBeLessThan(asked.includes(true) ? asked.indexOf(true) : 24);
    expect(drawFalls(accountDice(keyring, 'a' as AccountId), start, start + 2 * day, paid)).toBe(true);
  });
});

/** What people and machines do between two sign-ins of one day; none of it may throw the dice anew. */
type Again = {
  readonly atHour: number;
  readonly client: 'seldom' | 'often';
  readonly restarted: boolean;
  readonly remembered: boolean;
};

describe('a sign-in that is begun again', () => {
  const rates = { seldom: 0.3, often: 0.6 };
  const again: fc.Arbitrary<Again> = fc.record({
    atHour: fc.double({ min: 0, max: 23.9, noNaN: true }),
    client: fc.constantFrom('seldom', 'often'),
    restarted: fc.boolean(),
    remembered: fc.boolean(),
  });

  test('has one answer for each client all day: reloaded, cancelled, in another tab or browser, after a restart', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(again, { minLength: 2, maxLength: 12 }), (person, tries) => {
        const account = testAccount({ id: `person-${person}` as AccountId });
        const offsetMs = accountDice(keyring, account.id).offsetMs();
        const dayStart = (Math.floor((start + offsetMs) / day) + 1) * day - offsetMs;
        const answers = { seldom: new Set<boolean>(), often: new Set<boolean>() };
        let stored = account;
        for (const { atHour, client, restarted, remembered } of tries) {
          const own = restarted ? testKeyring(7) : keyring;
          const stepUp = { rate: rates[client], notWithinHours: 12 };
          const now = dayStart + atHour * hour;
          const begun = { keyring: own, now, chance: 'policy', stepUp, code: { rate: 0, notWithinHours: 0 } } as const;
          // What was owed may be lost with the process that was about to write it: the draw must say it again.
          const asked = withDraws(remembered ? stored : account, { ...begun, mailboxJustProved: false });
          if (!remembered) answers[client].add(asked.owedIdentification !== null);
          stored = asked.owedIdentification === null ? stored : asked;
          if (remembered && asked.owedIdentification === null && answers[client].has(true)) return false;
        }
        const [seldom] = answers.seldom;
        const [often] = answers.often;
        // One fraction for all clients: who is asked where it is seldom is asked where it is often.
        return answers.seldom.size < 2 && answers.often.size < 2 && !(seldom === true && often === false);
      }),
    );
  });
});

describe('what a draw leaves on the account', () => {
  const input = {
    keyring,
    now: start,
    stepUp: { rate: 1, notWithinHours: 12 },
    code: { rate: 1, notWithinHours: 0 },
    mailboxJustProved: false,
  };

  test('it is owed, with its rule, until it is paid; a second draw does not change since when', () => {
    const account = testAccount();
    const once = withDraws(account, { ...input, chance: 'policy' });
    expect(once.owedIdentification).toEqual({ since: start, rule: 'rate' });
    expect(once.owedCode).toEqual({ since: start, rule: 'rate' });
    expect(withDraws(once, { ...input, now: start + day, chance: 'policy' })).toBe(once);
  });

  test('never draws where chance is fixed to never, and says so by the same object', () => {
    const account = testAccount();
    expect(withDraws(account, { ...input, chance: 'never' })).toBe(account);
  });

  test('a mailbox just proved needs no code, unless chance is fixed to always', () => {
    const proved = { ...input, mailboxJustProved: true };
    expect(withDraws(testAccount(), { ...proved, chance: 'policy' }).owedCode).toBeNull();
    expect(withDraws(testAccount(), { ...proved, chance: 'always' }).owedCode).not.toBeNull();
  });
});
