/**
 * The dice: when strong identification, or an e-mailed code, is asked by chance (decisions.md §4).
 *
 * A draw is a keyed function of the account and of a day window with the account's own offset, not of the device: a
 * restart, a private window or another browser never re-rolls it. Once it fell on "ask" it is owed (written to the
 * account) until a success pays it. Called only after a password was proved.
 */
import type { Account, Owed } from '../accounts/account.ts';
import type { AccountId, Instant } from '../ids.ts';
import type { Keyring } from '../secrets/sealing.ts';

export type DrawKind = 'identification' | 'code';
export type Chance = 'policy' | 'always' | 'never';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Uniform in [0, 1), fixed for the inputs: the first 48 bits of a MAC. */
function fraction(keyring: Pick<Keyring, 'mac'>, ...parts: string[]): number {
  return Buffer.from(keyring.mac('draw', ...parts), 'base64url').readUIntBE(0, 6) / 2 ** 48;
}

/** The day window at `now`; windows of different accounts change at different times of day. */
function windowOf(keyring: Pick<Keyring, 'mac'>, id: AccountId, now: Instant): { index: number; startsAt: Instant } {
  const offset = Math.floor(fraction(keyring, 'offset', id) * dayMs);
  const index = Math.floor((now + offset) / dayMs);
  return { index, startsAt: index * dayMs - offset };
}

export type Draw = { kind: DrawKind; rate: number; chance: Chance; notWithinHours: number };

/**
 * True if the draw falls on "ask" now. `paidAt` is the last success of this kind: a window that was paid is not asked
 * again, and nothing is asked within `notWithinHours` of it.
 */
export function drawFalls(
  keyring: Pick<Keyring, 'mac'>,
  id: AccountId,
  paidAt: Instant | null,
  now: Instant,
  draw: Draw,
) {
  if (draw.chance === 'never') return false;
  if (paidAt !== null && now - paidAt < draw.notWithinHours * hourMs) return false;
  if (draw.chance === 'always') return true;
  const window = windowOf(keyring, id, now);
  if (paidAt !== null && paidAt >= window.startsAt) return false;
  return fraction(keyring, draw.kind, id, String(window.index)) < draw.rate;
}

export type StepUpPolicy = { readonly rate: number; readonly notWithinHours: number };

export type DrawInput = {
  readonly keyring: Pick<Keyring, 'mac'>;
  readonly now: Instant;
  readonly chance: Chance;
  readonly stepUp: StepUpPolicy;
  readonly codeRate: number;
  /** The mailbox was proved in this very browser in this journey: policy has no use for a code then. */
  readonly mailboxJustProved: boolean;
};

/** The account with what today's draws add to what it owes; the same object if they add nothing. */
export function withDraws(account: Account, input: DrawInput): Account {
  const { keyring, now, chance, stepUp, codeRate, mailboxJustProved } = input;
  const owed: Owed = { since: now, rule: 'rate' };
  const identification = {
    kind: 'identification',
    rate: stepUp.rate,
    chance,
    notWithinHours: stepUp.notWithinHours,
  } as const;
  const code = { kind: 'code', rate: codeRate, chance, notWithinHours: 0 } as const;
  const asksIdentification =
    account.owedIdentification === null && drawFalls(keyring, account.id, account.identifiedAt, now, identification);
  const asksCode =
    account.owedCode === null &&
    (!mailboxJustProved || chance === 'always') &&
    drawFalls(keyring, account.id, account.codeProvedAt, now, code);
  if (!asksIdentification && !asksCode) return account;
  return {
    ...account,
    owedIdentification: asksIdentification ? owed : account.owedIdentification,
    owedCode: asksCode ? owed : account.owedCode,
  };
}
