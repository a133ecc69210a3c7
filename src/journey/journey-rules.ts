/** Pure rules about one journey: how it begins, and what it becomes. */
import type { Account } from '../accounts/account.ts';
import { maskEmail } from '../accounts/email-address.ts';
import type { AccountId, Instant } from '../ids.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import type { Door } from './facts.ts';
import type { Journey } from './journey.ts';

export type FreshJourney = Pick<
  Journey,
  'id' | 'interactionUid' | 'clientId' | 'browser' | 'startedAt' | 'expiresAt' | 'email'
> &
  Partial<Pick<Journey, 'rung'>>;

/** The first page for whoever is not signed in: what the client asked for, which knows what its button said. */
export function firstDoor({ promptsCreate }: Pick<AuthorizationRequest, 'promptsCreate'>): Door {
  return promptsCreate ? 'sign-up' : 'sign-in';
}

export function freshJourney(start: FreshJourney): Journey {
  return {
    rung: { name: 'sign-in', since: start.startedAt },
    ...start,
    locale: null,
    door: 'sign-in',
    emailFound: false,
    accountId: null,
    ...noAccountProofs,
    identity: null,
    mismatches: 0,
    identificationPostponed: false,
    asked: [],
    accountSelected: false,
    leftSession: false,
    linkAnswer: null,
    consentedUid: null,
    notice: null,
  };
}

const noAccountProofs = {
  // What became of a visit to the bank for the sake of another account, or of none.
  brokerNotice: null,
  passwordAt: null,
  factor: null,
  factorLost: false,
  foreignPasskey: null,
  weakPassword: null,
  newPassword: null,
  passwordStoredAt: null,
  mailboxAt: null,
  mailboxSameBrowser: false,
  codeAt: null,
  challengeId: null,
  linkConsent: null,
  termsDeclined: false,
  termsPostponed: null,
} as const;

/**
 * The journey goes on as this account. Another account than before drops password, mailbox and code proofs; an identity
 * proof stays, and counts if it is that account's (design.md §4).
 */
export function asAccount(journey: Journey, accountId: AccountId): Journey {
  if (journey.accountId === accountId) return journey;
  // Asked before anything was done in it: of the account that the browser's session is of.
  const asked = journey.accountId === null ? journey.asked : [];
  return { ...journey, ...noAccountProofs, accountId, linkAnswer: null, identificationPostponed: false, asked };
}

/**
 * The journey goes on as the account that took over the address of the one at hand, and its password: what was proved of
 * them was proved of it.
 */
export function asKept(journey: Journey, accountId: AccountId, at: Instant): Journey {
  return {
    ...withStoredPassword(journey, at),
    accountId,
    linkAnswer: null,
    linkConsent: null,
    challengeId: null,
    notice: null,
  };
}

/**
 * When the account's password was proved. What was typed before the password was changed counts no more: whoever knew the
 * old one may have begun a sign-in, to finish it once every session has been ended (security R32).
 */
export function passwordProvedAt(
  { passwordAt }: Pick<Journey, 'passwordAt'>,
  { passwordSetAt }: Pick<Account, 'passwordSetAt'>,
): Instant | null {
  return passwordAt !== null && passwordAt >= (passwordSetAt ?? 0) ? passwordAt : null;
}

/** A password that was chosen in this journey is the account's now: the proof of the one before it is a proof of it. */
export function withStoredPassword(journey: Journey, at: Instant): Journey {
  return { ...journey, newPassword: null, passwordStoredAt: at, passwordAt: journey.passwordAt && at };
}

/**
 * A change that one request decided upon, for whoever writes it: nothing to a journey that another request has meanwhile
 * moved to another account, or a proof of one account (a code, a slow password) could count for the other.
 * `before` is the journey as it was read, `account` whom it was read for (the session's, where it has none of its own).
 */
export function decidedFor(
  before: Pick<Journey, 'accountId'>,
  account: AccountId | null,
  change: (journey: Journey) => Journey,
): (journey: Journey) => Journey {
  return (current) =>
    current.accountId === before.accountId || current.accountId === account ? change(current) : current;
}

export function withTypedEmail(journey: Journey, email: string): Journey {
  return { ...journey, email, emailFound: false };
}

/** For a field that the person can change: what was typed here, and nothing else. */
export function typedEmail({ email, emailFound }: Journey): string {
  return emailFound ? '' : (email ?? '');
}

/** For a sentence. */
export function shownEmail({ email, emailFound }: Journey): string {
  return emailFound ? maskEmail(email ?? '') : (email ?? '');
}

/** Start over as somebody else; the identity proof goes too, it was made for the account left behind. */
export function startOver(journey: Journey): Journey {
  const { id, interactionUid, clientId, browser, startedAt, expiresAt } = journey;
  const fresh = freshJourney({ id, interactionUid, clientId, browser, startedAt, expiresAt, email: null });
  return { ...fresh, locale: journey.locale, accountSelected: true, leftSession: true };
}

/** To another account of the same person (the conflict page): proofs of this account are dropped, the identity stays. */
export function leaveAccount(journey: Journey): Journey {
  return {
    ...journey,
    ...noAccountProofs,
    accountId: null,
    email: null,
    emailFound: false,
    door: 'sign-in',
    notice: null,
    linkAnswer: null,
    leftSession: true,
  };
}

/** From the first thing done in it, a journey that leans on the browser's session is of that session's account. */
export function asSignedIn(journey: Journey, account: Account | null): Journey {
  return journey.accountId === null && account !== null ? asAccount(journey, account.id) : journey;
}
