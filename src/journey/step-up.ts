/**
 * The dice: when strong identification, or an e-mailed code, is asked by chance (decisions.md §4).
 *
 * A draw is a keyed function of the account and of a day window with the account's own offset, not of the device, the
 * client or its rate: a restart, a private window, another browser or client never re-rolls it, and who asks more often
 * asks on the days of those who ask more seldom, and on others. Once it fell on "ask" it is owed (written to the
 * account) until a success pays it. Called only after a password was proved.
 */
import type { Account, Owed } from '../accounts/account.ts';
import type { EmailedCodePolicy, StepUpPolicy } from '../config/policy-schema.ts';
import type { AccountId, Instant } from '../ids.ts';
import type { Keyring } from '../secrets/sealing.ts';

export type DrawKind = 'identification' | 'code';
export type Chance = 'policy' | 'always' | 'never';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** The dice of one account: what they show is fixed by what is asked, so asking again is no new throw. */
export type AccountDice = {
  /** In [0, one day): windows of different accounts change at different times of day. */
  offsetMs(): number;
  /** Uniform in [0, 1), independent for each kind and window. */
  share(kind: DrawKind, window: number): number;
};

/** Nobody without the key can tell on which days an account is asked. */
export function accountDice(keyring: Pick<Keyring, 'mac'>, id: AccountId): AccountDice {
  // The first 48 bits of a MAC.
  const fraction = (...parts: string[]) =>
    Buffer.from(keyring.mac('draw', ...parts), 'base64url').readUIntBE(0, 6) / 2 ** 48;
  return {
    offsetMs: () => Math.floor(fraction('offset', id) * dayMs),
    share: (kind, window) => fraction(kind, id, String(window)),
  };
}

export type Draw = {
  readonly kind: DrawKind;
  readonly rate: number;
  readonly chance: Chance;
  readonly notWithinHours: number;
};

/**
 * True if the draw falls on "ask" now. `paidAt` is the last success of this kind: a window that was paid is not asked
 * again, and nothing is asked within `notWithinHours` of it.
 */
export function drawFalls(dice: AccountDice, paidAt: Instant | null, now: Instant, draw: Draw): boolean {
  if (draw.chance === 'never') return false;
  if (paidAt !== null && now - paidAt < draw.notWithinHours * hourMs) return false;
  if (draw.chance === 'always') return true;
  const offset = dice.offsetMs();
  const window = Math.floor((now + offset) / dayMs);
  if (paidAt !== null && paidAt >= window * dayMs - offset) return false;
  return dice.share(draw.kind, window) < draw.rate;
}

export type DrawInput = {
  readonly keyring: Pick<Keyring, 'mac'>;
  readonly now: Instant;
  readonly chance: Chance;
  readonly stepUp: Pick<StepUpPolicy, 'rate' | 'notWithinHours'>;
  readonly code: Pick<EmailedCodePolicy, 'rate' | 'notWithinHours'>;
  /** The mailbox was proved in this very browser in this journey: policy has no use for a code then. */
  readonly mailboxJustProved: boolean;
};

/** The account with what today's draws add to what it owes; the same object if they add nothing. */
export function withDraws(account: Account, input: DrawInput): Account {
  const { keyring, now, chance, stepUp, code, mailboxJustProved } = input;
  const owed: Owed = { since: now, rule: 'rate' };
  const dice = accountDice(keyring, account.id);
  const falls = (kind: DrawKind, policy: DrawInput['code'], paidAt: Instant | null) =>
    drawFalls(dice, paidAt, now, { kind, chance, rate: policy.rate, notWithinHours: policy.notWithinHours });
  const asksIdentification =
    account.owedIdentification === null && falls('identification', stepUp, account.identifiedAt);
  const asksCode =
    account.owedCode === null &&
    (!mailboxJustProved || chance === 'always') &&
    falls('code', code, account.codeProvedAt);
  if (!asksIdentification && !asksCode) return account;
  return {
    ...account,
    owedIdentification: asksIdentification ? owed : account.owedIdentification,
    owedCode: asksCode ? owed : account.owedCode,
  };
}
