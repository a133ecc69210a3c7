/**
 * The ladder: which page is needed now? Read from the top; the first rung that is needed wins (design.md §4).
 * Pure: facts in, decision out. oidc-provider's interaction policy asks this same function.
 */
import type { AccountId } from '../ids.ts';
import type { AccountFacts, Door, Facts, IdentityLevel, ProvedIdentity } from './facts.ts';

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
  /** The identification that counts for this client now; null = e-mail only. */
  readonly identification: ProvedIdentity | null;
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

function strongAuthDue(facts: Known): boolean {
  const { now, request, account, journey, session } = facts;
  if (journey.identifiedAsOtherTooOften) return true;
  // Somebody else's identity is settled by link-eid's conflict page, not by asking again.
  if (journey.identity?.owner === 'another-account') return false;
  if (!levelReaches(freshIdentification(facts)?.level ?? null, request.demandedLevel)) return true;
  // Proved and about to be linked; an identity that is this account's has paid what it owed when it was proved.
  if (journey.identity?.owner === 'nobody') return false;
  if (account.owesIdentificationAfterReset) return true;
  if (request.firstAlways && !account.linked) return true;
  // Only a sampled identification may wait for a broker that is down; everything above is demanded.
  const postponed = journey.identificationPostponed || session?.identificationPostponed === true;
  if (account.owesIdentification && !postponed) return true;
  if (request.atMostMs === null || !account.linked) return false;
  return account.identifiedAt === null || now - account.identifiedAt > request.atMostMs;
}

function linkDue({ journey }: Known): boolean {
  return journey.identity !== null && journey.identity.owner !== 'this-account';
}

function emailCodeDue({ account, journey }: Known): boolean {
  if (account.owesCode) return true;
  // An address is linked to an identity only if its mailbox was proved in this very browser, else a thief's
  // forwarded link would put the victim's identity on the thief's account (decisions.md §1).
  return journey.identity?.owner === 'nobody' && journey.mailboxAt === null && journey.codeAt === null;
}

const rungs: readonly (readonly [Rung, (facts: Known) => boolean])[] = [
  ['sign-in', ({ journey, session }) => journey.passwordAt === null && session === null],
  // Known only after the proof of rung 1, so that nobody else learns it.
  ['account-closed', ({ account }) => account.barred],
  ['new-password', ({ account, journey }) => journey.passwordTooWeak || account.mustChangePassword],
  ['strong-auth', strongAuthDue],
  ['not-authorised', ({ account }) => !account.onRoster],
  ['email-code', emailCodeDue],
  ['link-eid', linkDue],
  ['terms', ({ request }) => request.termsMissing],
  ['consent', ({ request }) => request.consentMissing],
  ['welcome', ({ account }) => !account.greeted],
];

export const rungNames: readonly Rung[] = rungs.map(([rung]) => rung);

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
  return { kind: 'done', accountId: account.id, identification, amr: amrOf(known, identification) };
}
