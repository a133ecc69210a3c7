import { describe, expect, test } from '@jest/globals';
import type { Account } from '../../src/accounts/account.ts';
import { dormancyOf } from '../../src/lifecycle/dormancy.ts';
import { testAccount } from '../support/storage.ts';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 10, 23);
const ago = (days: number) => now - days * dayMs;
const rules = { dormantNoticeAfterDays: 730, erasedAfterNoticeDays: 30 };

const stateOf = (overrides: Partial<Account>, importedUnusedDays: number | null = null) => {
  const account = testAccount({ createdAt: ago(2_000), activatedAt: ago(2_000), ...overrides });
  return dormancyOf(account, { ...rules, importedUnusedDays }, now).state;
};

describe('whether anybody uses an account', () => {
  test('goes by the last sign-in, to the millisecond', () => {
    expect(stateOf({ lastSignInAt: ago(730) + 1 })).toBe('none');
    expect(stateOf({ lastSignInAt: ago(730) })).toBe('to-be-told');
    expect(stateOf({})).toBe('to-be-told');
    expect(stateOf({ activatedAt: ago(1) })).toBe('none');
  });

  test('its owner has thirty days from the mail on, and a sign-in since makes the mail void', () => {
    const lastSignInAt = ago(800);
    expect(stateOf({ lastSignInAt, dormancyToldAt: ago(30) + 1 })).toBe('told');
    expect(stateOf({ lastSignInAt, dormancyToldAt: ago(30) })).toBe('to-be-erased');
    expect(stateOf({ lastSignInAt, dormancyToldAt: ago(801) })).toBe('to-be-told');
    expect(stateOf({ lastSignInAt: ago(1), dormancyToldAt: ago(40) })).toBe('none');
  });

  test('imports that nobody activated have a number of their own', () => {
    expect(stateOf({ activatedAt: null })).toBe('none');
    expect(stateOf({ activatedAt: null }, 2_000)).toBe('to-be-told');
    expect(stateOf({ activatedAt: null }, 2_001)).toBe('none');
  });

  test('a barred account is kept, and one that is to be erased is not told of anything else', () => {
    expect(stateOf({ barredAt: ago(900) })).toBe('none');
    expect(stateOf({ deletion: { askedAt: ago(1), dueAt: now + 1, undoTokenHash: '' } })).toBe('none');
  });
});
