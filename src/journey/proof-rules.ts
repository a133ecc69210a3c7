/**
 * The rules that ask for a proof beyond the password, each with its name: identification, second factor, e-mailed code.
 * Pure like the ladder, which asks them; so do the pages, to tell why, and avain policy simulate.
 */
import type { Instant } from '../ids.ts';
import type {
  AccountFacts,
  CodeRule,
  FactorRule,
  Facts,
  IdentificationRule,
  IdentityLevel,
  ProvedFactor,
  ProvedIdentity,
  RequestFacts,
} from './facts.ts';

const levels: Record<IdentityLevel, number> = { substantial: 1, high: 2 };

export function levelReaches(level: IdentityLevel | null, demanded: IdentityLevel | null): boolean {
  return demanded === null || (level !== null && levels[level] >= levels[demanded]);
}

/**
 * The identification this request may be told of: the one made in this journey, or the session's while it is fresh
 * enough for this client. Never somebody else's.
 */
export function freshIdentification({ now, request, journey, session }: Facts): ProvedIdentity | null {
  if (journey.identity !== null && journey.identity.owner !== 'another-account') return journey.identity;
  const identity = session?.identity ?? null;
  return identity !== null && now - identity.at <= request.freshMs ? identity : null;
}

/** The second factor this request may be told of. */
export function provedFactor({ journey, session }: Pick<Facts, 'journey' | 'session'>): ProvedFactor | null {
  return journey.factor ?? session?.factor ?? null;
}

/**
 * Something beside the password was proved. An identification counts, but of the linked person only: one that is yet to be
 * linked is whoever holds the password, and their own bank must not open somebody else's account.
 */
function beyondPassword(facts: Facts): boolean {
  const { journey, session } = facts;
  const identified = journey.identity?.owner === 'this-account' || (session?.identity ?? null) !== null;
  return identified || provedFactor(facts) !== null;
}

/** The rule that asks for a second factor now; null = none does, or the account has none. */
export function factorRule(facts: Facts): FactorRule | null {
  const { request, account } = facts;
  if (account === null || account.secondFactor === 'none' || beyondPassword(facts)) return null;
  if (request.secondFactor !== 'off') return 'client';
  return account.secondFactor === 'always' ? 'always' : null;
}

/** Where no factor can be shown and one must be: identification in its place. */
function insteadOfFactor(facts: Facts): IdentificationRule | null {
  const { request, account, journey } = facts;
  if (account === null) return null;
  // Only the linked person can stand in for what was lost; who has no identity linked has nothing to compare with.
  if (journey.factorLost && account.linked && factorRule(facts) !== null) return 'factor-lost';
  const required = request.secondFactor === 'required' && account.secondFactor === 'none';
  return required && !beyondPassword(facts) ? 'second-factor' : null;
}

/** What the rules about one account read of the facts; avain policy simulate lives whole years by the same rules. */
export type Standing = Pick<AccountFacts, 'linked' | 'identifiedAt' | 'owedIdentification' | 'newDevice'>;

/** Why this account must identify whatever the request demands; the draw last, as it alone may be put off. */
export function standingRule(
  { firstAlways, atMostMs }: Pick<RequestFacts, 'firstAlways' | 'atMostMs'>,
  { linked, identifiedAt, owedIdentification, newDevice }: Standing,
  now: Instant,
): IdentificationRule | null {
  if (owedIdentification !== null && owedIdentification !== 'rate') return owedIdentification;
  if (firstAlways && !linked) return 'first';
  if (atMostMs !== null && linked && (identifiedAt === null || now - identifiedAt > atMostMs)) return 'too-old';
  if (newDevice === 'identification') return 'new-device';
  return owedIdentification;
}

/** The rule that asks for strong identification now; null = none does. */
export function identificationRule(facts: Facts): IdentificationRule | null {
  const { now, request, account, journey, session } = facts;
  // Somebody else's identity is settled by link-eid's conflict page, not by asking again.
  if (account === null || journey.identity?.owner === 'another-account') return null;
  if (!levelReaches(freshIdentification(facts)?.level ?? null, request.demandedLevel))
    return `demanded-by-${request.demandedBy}`;
  // Proved and about to be linked.
  if (journey.identity?.owner === 'nobody') return null;
  const instead = insteadOfFactor(facts);
  if (instead !== null) return instead;
  // An identity that is this account's has paid what it owed when it was proved, and proves the person on any device.
  const newDevice = journey.identity === null ? account.newDevice : null;
  const rule = standingRule(request, { ...account, newDevice }, now);
  // Only a sampled identification may wait for a broker that is down; everything else is demanded.
  const postponed = journey.identificationPostponed || session?.identificationPostponed === true;
  return rule === 'rate' && postponed ? null : rule;
}

/** The rule that asks for an e-mailed code now; null = none does. */
export function codeRule({ now, request, account, journey }: Facts): CodeRule | null {
  if (account === null) return null;
  if (account.owedCode !== null && account.owedCode !== 'rate') return account.owedCode;
  const mailboxProved = journey.mailboxAt !== null || journey.codeAt !== null;
  // An address is linked to an identity only if its mailbox was proved in this very browser, else a thief's
  // forwarded link would put the victim's identity on the thief's account (decisions.md §1).
  if (journey.identity?.owner === 'nobody' && !mailboxProved) return 'linking';
  const { codeAtMostMs } = request;
  if (codeAtMostMs !== null && now - (account.mailboxProvedAt ?? 0) > codeAtMostMs) return 'too-old';
  // An identification in this journey proves more than a code would.
  if (account.newDevice === 'code' && !mailboxProved && journey.identity === null) return 'new-device';
  return account.owedCode;
}
