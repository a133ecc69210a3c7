/**
 * The ladder: which page is needed now? Read from the top; the first rung that is needed wins (design.md §4).
 * Pure: facts in, decision out. oidc-provider's interaction policy asks this same function.
 */
import type { AccountId, Instant } from '../ids.ts';
import type {
  AccountFacts,
  CodeRule,
  Door,
  Facts,
  IdentificationRule,
  IdentityLevel,
  ProvedIdentity,
  RequestFacts,
} from './facts.ts';

/** Rungs that show a page of their own name; rung 1 shows the page of the journey's door. */
export type Rung =
  | 'sign-in'
  | 'account-closed'
  | 'new-password'
  | 'strong-auth'
  | 'not-authorised'
  | 'email-code'
  | 'link-eid'
  | 'terms'
  | 'consent'
  | 'welcome';

export type StepName = Door | Exclude<Rung, 'sign-in'>;

/** What the tokens will say, and what the session will remember. */
export type Done = {
  readonly accountId: AccountId;
  /** What `acr` says; null = e-mail only. */
  readonly level: IdentityLevel | null;
  readonly amr: readonly string[];
};

export type Decision =
  | { readonly kind: 'page'; readonly rung: Rung; readonly step: StepName }
  | { readonly kind: 'refuse'; readonly error: 'login_required' | 'unmet_authentication_requirements' }
  | ({ readonly kind: 'done' } & Done);

type Known = Facts & { readonly account: AccountFacts };

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

/** Identified in this very journey, and still below what is demanded: asking again would go round in circles. */
function levelUnmet({ journey, request }: Facts): boolean {
  const { identity } = journey;
  return (
    identity !== null && identity.owner !== 'another-account' && !levelReaches(identity.level, request.demandedLevel)
  );
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
  // An identity that is this account's has paid what it owed when it was proved, and proves the person on any device.
  const newDevice = journey.identity === null ? account.newDevice : null;
  const rule = standingRule(request, { ...account, newDevice }, now);
  // Only a sampled identification may wait for a broker that is down; everything else is demanded.
  const postponed = journey.identificationPostponed || session?.identificationPostponed === true;
  return rule === 'rate' && postponed ? null : rule;
}

function strongAuthDue(facts: Known): boolean {
  return facts.journey.identifiedAsOtherTooOften || identificationRule(facts) !== null;
}

function linkDue({ journey }: Known): boolean {
  return journey.identity !== null && journey.identity.owner !== 'this-account';
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

/** What may be put off is asked once in a session; what may not holds for single sign-on too. */
function termsDue({ request, journey, session }: Known): boolean {
  if (request.termsDemand !== 'postponable') return request.termsDemand === 'due';
  return !journey.termsPostponed && session?.termsPostponed !== true;
}

const rungs: readonly (readonly [Rung, (facts: Known) => boolean])[] = [
  ['sign-in', ({ journey, session }) => journey.passwordAt === null && session === null],
  // Known only after the proof of rung 1, so that nobody else learns it.
  ['account-closed', ({ account }) => account.barred],
  ['new-password', ({ account, journey }) => journey.passwordTooWeak || account.mustChangePassword],
  ['strong-auth', strongAuthDue],
  ['not-authorised', ({ account }) => !account.onRoster],
  ['email-code', (facts) => codeRule(facts) !== null],
  ['link-eid', linkDue],
  ['terms', termsDue],
  ['consent', ({ request }) => request.consentMissing],
  ['welcome', ({ account }) => !account.greeted],
];

export const rungNames: readonly Rung[] = rungs.map(([rung]) => rung);

/** The level the token names: what was reached or, where the request takes certain values only, the best of those. */
function toldLevel({ acceptedLevels }: RequestFacts, identification: ProvedIdentity | null): IdentityLevel | null {
  const reached = identification?.level ?? null;
  if (acceptedLevels === null) return reached;
  const best = (['high', 'substantial'] as const).find(
    (level) => acceptedLevels.includes(level) && levelReaches(reached, level),
  );
  return best ?? (acceptedLevels.includes('email') ? null : reached);
}

/** RFC 8176 names, and our own for the Finnish Trust Network; says exactly what happened. */
function amrOf({ journey, session }: Known, identification: ProvedIdentity | null): string[] {
  const amr = ['pwd'];
  if ((journey.codeAt ?? session?.codeAt ?? null) !== null) amr.push('email_otp');
  if (identification !== null) amr.push(identification.method, 'mfa');
  return amr;
}

/** Total over all facts: a page, a refusal the client gets as an OAuth error, or done. */
export function nextStep(facts: Facts): Decision {
  const { account, journey, request } = facts;
  if (account === null) return { kind: 'page', rung: 'sign-in', step: journey.door };
  const known: Known = { ...facts, account };
  for (const [rung, needed] of rungs) {
    if (rung === 'strong-auth' && levelUnmet(known)) {
      return { kind: 'refuse', error: 'unmet_authentication_requirements' };
    }
    if (needed(known)) return { kind: 'page', rung, step: rung === 'sign-in' ? journey.door : rung };
    // Told only to somebody who has proved who they are: a hint must not become an oracle.
    if (rung === 'sign-in' && request.namesAnotherSubject) return { kind: 'refuse', error: 'login_required' };
    if (rung === 'sign-in' && request.unreachableAcr)
      return { kind: 'refuse', error: 'unmet_authentication_requirements' };
  }
  const identification = freshIdentification(known);
  const level = toldLevel(request, identification);
  return { kind: 'done', accountId: account.id, level, amr: amrOf(known, identification) };
}
