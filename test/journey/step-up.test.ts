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
