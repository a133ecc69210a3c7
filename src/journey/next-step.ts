/**
 * The ladder: which page is needed now? Read from the top; the first rung that is needed wins (design.md §4).
 * Pure: facts in, decision out. oidc-provider's interaction policy asks this same function.
 */
import type { AccountId } from '../ids.ts';
import type { AccountFacts, Door, Facts, IdentityLevel, ProvedIdentity, RequestFacts } from './facts.ts';
import {
  codeRule,
  factorRule,
  freshIdentification,
  identificationRule,
  levelReaches,
  provedFactor,
} from './proof-rules.ts';

/** Rungs that show a page of their own name; rung 1 shows the page of the journey's door. */
export type Rung =
  | 'sign-in'
  | 'select-account'
  | 'account-closed'
  | 'second-factor'
  | 'deletion-asked'
  | 'new-password'
  | 'strong-auth'
  | 'not-authorised'
  | 'email-code'
  | 'link-eid'
  | 'pending-address'
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

/** Identified in this very journey, and still below what is demanded: asking again would go round in circles. */
function levelUnmet({ journey, request }: Facts): boolean {
  const { identity } = journey;
  return (
    identity !== null && identity.owner !== 'another-account' && !levelReaches(identity.level, request.demandedLevel)
  );
}

/**
 * Not asked of whoever must identify anyway as the linked person: that proves more, and nobody does both. Whoever has no
 * identity linked shows the factor first.
 */
function secondFactorDue(facts: Known): boolean {
  const identifies = facts.account.linked && identificationRule(facts) !== null;
  return factorRule(facts) !== null && !identifies;
}

function strongAuthDue(facts: Known): boolean {
  return facts.journey.identifiedAsOtherTooOften || identificationRule(facts) !== null;
}

function linkDue({ journey }: Known): boolean {
  return journey.identity !== null && journey.identity.owner !== 'this-account';
}

/** What may be put off is asked once in a session; what may not holds for single sign-on too. */
function termsDue({ request, journey, session }: Known): boolean {
  if (request.termsDemand !== 'postponable') return request.termsDemand === 'due';
  return !journey.termsPostponed && session?.termsPostponed !== true;
}

/** The page of a door that is behind an identification, or the one in front of it once the proof is over. */
function openDoor({ door, identity }: Facts['journey']): Door {
  const known = identity !== null && identity.owner !== 'nobody';
  return door === 'lost-mailbox' && !known ? 'find-account' : door;
}

const rungs: readonly (readonly [Rung, (facts: Known) => boolean])[] = [
  // A passkey proves the person by itself, and is a second factor too.
  [
    'sign-in',
    ({ journey, session }) => journey.passwordAt === null && journey.factor?.method !== 'hwk' && session === null,
  ],
  // Only whoever is signed in has anything to choose from, and chooses before being asked for anything.
  ['select-account', ({ request, session }) => request.selectAccount && session !== null],
  // Known only after the proof of rung 1, so that nobody else learns it.
  ['account-closed', ({ account }) => account.barred],
  ['second-factor', secondFactorDue],
  ['deletion-asked', ({ account }) => account.deletionAsked],
  ['new-password', ({ account, journey }) => journey.passwordTooWeak || account.mustChangePassword],
  ['strong-auth', strongAuthDue],
  ['not-authorised', ({ account }) => !account.onRoster],
  ['email-code', (facts) => codeRule(facts) !== null],
  ['link-eid', linkDue],
  // To the owner, wherever they sign in, whatever became of the mail to their mailbox.
  ['pending-address', ({ account }) => account.addressChangeUntold],
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
function amrOf(facts: Known, identification: ProvedIdentity | null): string[] {
  const { journey, session } = facts;
  const factor = provedFactor(facts);
  const amr = [];
  if ((journey.passwordAt ?? session?.passwordAt ?? null) !== null) amr.push('pwd');
  if ((journey.codeAt ?? session?.codeAt ?? null) !== null) amr.push('email_otp');
  // A recovery code is a one-time password too, kept on paper.
  if (factor !== null) amr.push(factor.method === 'hwk' ? 'hwk' : 'otp');
  if (identification !== null) amr.push(identification.method);
  if (factor !== null || identification !== null) amr.push('mfa');
  return amr;
}

/** Total over all facts: a page, a refusal the client gets as an OAuth error, or done. */
export function nextStep(facts: Facts): Decision {
  const { account, journey, request } = facts;
  if (account === null) return { kind: 'page', rung: 'sign-in', step: openDoor(journey) };
  const known: Known = { ...facts, account };
  for (const [rung, needed] of rungs) {
    if (rung === 'strong-auth' && levelUnmet(known)) {
      return { kind: 'refuse', error: 'unmet_authentication_requirements' };
    }
    if (needed(known)) return { kind: 'page', rung, step: rung === 'sign-in' ? openDoor(journey) : rung };
    // Told only to somebody who has proved who they are: a hint must not become an oracle.
    if (rung === 'sign-in' && request.namesAnotherSubject) return { kind: 'refuse', error: 'login_required' };
    if (rung === 'sign-in' && request.unreachableAcr)
      return { kind: 'refuse', error: 'unmet_authentication_requirements' };
  }
  const identification = freshIdentification(known);
  const level = toldLevel(request, identification);
  return { kind: 'done', accountId: account.id, level, amr: amrOf(known, identification) };
}
