/** All the reading for the ladder is done here: account, session row, identity's owner, roster; then `nextStep` is pure. */
import type { Account } from '../accounts/account.ts';
import { isKnownDevice, mailboxProvedAt } from '../accounts/account-rules.ts';
import { consentNeeded, isNothing, undecided } from '../accounts/consent.ts';
import { subjectOf } from '../accounts/subject.ts';
import { postponementOf, type TermsStanding, termsStanding } from '../accounts/terms.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { secondFactorOf } from '../factors/factor-rules.ts';
import type { AccountId, BrowserHash, Instant } from '../ids.ts';
import { isUntold } from '../recovery/pending-address.ts';
import { rosterFingerprints } from '../rosters/entry.ts';
import type { SessionFacts } from '../storage/rows.ts';
import { demandOf } from './acr.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import type { AccountFacts, Facts, JourneyFacts, RequestFacts, SessionProofs } from './facts.ts';
import type { IdentityProof, Journey } from './journey.ts';
import { firstDoor, passwordProvedAt } from './journey-rules.ts';

export type GatherInput = {
  readonly client: Client;
  readonly request: AuthorizationRequest;
  readonly journey: Journey | null;
  readonly browser: BrowserHash;
  /** The browser's session at the provider, where this request may lean on it. */
  readonly session: { readonly uid: string; readonly accountId: AccountId } | null;
  /** `prompt=consent` is still to be answered (third-party clients). */
  readonly consentPrompted: boolean;
  /** `prompt=select_account` is. */
  readonly selectPrompted: boolean;
};

export type Gathered = {
  readonly facts: Facts;
  readonly account: Account | null;
  /** Whose the identity proved in this journey is, if it is linked at all. */
  readonly identityOwner: Account | null;
  readonly sessionFacts: SessionFacts | null;
};

type GatherDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'clock'>;

const minuteMs = 60_000;
const dayMs = 86_400_000;

const inMs = (days: number | null): number | null => (days === null ? null : days * dayMs);

const alive = (at: Instant | null, now: Instant, seconds: number): Instant | null =>
  at !== null && now - at < seconds * 1000 ? at : null;

/** The proof of identity as long as it lives (30 min inside a journey). */
export function liveIdentity(journey: Journey | null, config: Deps['config'], now: Instant): IdentityProof | null {
  const proof = journey?.identity ?? null;
  return proof && alive(proof.at, now, config.lives.identityProofSeconds) !== null ? proof : null;
}

function journeyFacts(
  { journey, request }: Pick<GatherInput, 'journey' | 'request'>,
  deps: GatherDeps,
  owner: Account | null,
  account: Account | null,
  terms: TermsStanding | null,
): JourneyFacts {
  const now = deps.clock.now();
  const { lives } = deps.config;
  const identity = liveIdentity(journey, deps.config, now);
  const ownership = owner === null ? 'nobody' : owner.id === account?.id ? 'this-account' : 'another-account';
  return {
    door: journey?.door ?? firstDoor(request),
    passwordAt: alive(journey && account && passwordProvedAt(journey, account), now, lives.passwordProofSeconds),
    factor:
      alive(journey?.factor?.at ?? null, now, lives.passwordProofSeconds) === null ? null : (journey?.factor ?? null),
    factorLost: journey?.factorLost ?? false,
    mailboxAt: journey?.mailboxSameBrowser ? alive(journey.mailboxAt, now, lives.mailboxProofSeconds) : null,
    codeAt: alive(journey?.codeAt ?? null, now, lives.mailboxProofSeconds),
    identity: identity && { at: identity.at, level: identity.level, method: identity.method, owner: ownership },
    passwordTooWeak: journey !== null && journey.weakPassword !== null && journey.newPassword === null,
    identificationPostponed: journey?.identificationPostponed ?? false,
    termsPostponed: terms !== null && journey?.termsPostponed === postponementOf(terms.current),
    identifiedAsOtherTooOften: (journey?.mismatches ?? 0) >= 3,
  };
}

function consentCovers(account: Account, { client, request }: GatherInput): boolean {
  return isNothing(undecided(consentNeeded(client, request), account.consents[client.id], request.essentialClaims));
}

function requestFacts(
  input: GatherInput,
  deps: GatherDeps,
  account: Account | null,
  terms: TermsStanding | null,
): RequestFacts {
  const { client, request } = input;
  const freshMs = Math.min(
    client.assurance.freshMinutes * minuteMs,
    request.maxAgeSeconds === null ? Number.POSITIVE_INFINITY : request.maxAgeSeconds * 1000,
  );
  const sub = account && subjectOf(deps.keyring, client, account.id);
  return {
    ...demandOf(client, request.acrValues, request.acrClaim, deps.config.acr),
    freshMs,
    namesAnotherSubject: sub !== null && request.expectedSub !== null && request.expectedSub !== sub,
    consentMissing:
      client.party === 'third' && account !== null && (input.consentPrompted || !consentCovers(account, input)),
    selectAccount: input.selectPrompted,
    termsDemand: terms?.demand ?? null,
    secondFactor: client.secondFactor,
    firstAlways: client.stepUp.first === 'always',
    atMostMs: inMs(client.stepUp.atMostDays),
    codeAtMostMs: inMs(client.code.atMostDays),
  };
}

/** A known device is a browser, by its cookie, in which this account has finished a sign-in (decisions.md §1). */
function newDeviceRule({ stepUp }: Client, account: Account, browser: BrowserHash): AccountFacts['newDevice'] {
  const proof = stepUp.newDevice === 'code' || stepUp.newDevice === 'identification' ? stepUp.newDevice : null;
  return proof !== null && isKnownDevice(account, browser) ? null : proof;
}

async function accountFacts(account: Account, input: GatherInput, deps: GatherDeps): Promise<AccountFacts> {
  const now = deps.clock.now();
  const roster = input.client.roster;
  const proof = liveIdentity(input.journey, deps.config, now);
  const onRoster =
    roster === null ||
    (await deps.storage.rosters.isListed(roster.id, rosterFingerprints(account, proof?.fingerprints ?? []), now));
  return {
    id: account.id,
    barred: account.barredAt !== null,
    deletionAsked: account.deletion !== null,
    // A forced change that waits in the journey is done as far as this journey is concerned.
    mustChangePassword: account.mustChangePassword && input.journey?.newPassword == null,
    secondFactor: secondFactorOf(account),
    linked: account.identity !== null,
    identifiedAt: account.identifiedAt,
    owedIdentification: account.owedIdentification?.rule ?? null,
    owedCode: account.owedCode?.rule ?? null,
    mailboxProvedAt: mailboxProvedAt(account),
    newDevice: newDeviceRule(input.client, account, input.browser),
    greeted: account.greetedAt !== null,
    addressChangeUntold: isUntold(account, input.browser, now),
    onRoster,
  };
}

/** What was proved beside the password counts no longer than `max_age` allows: another password alone makes it no fresher. */
function sessionProofs(
  row: SessionFacts | null,
  terms: TermsStanding | null,
  { maxAgeSeconds }: AuthorizationRequest,
  now: Instant,
): SessionProofs | null {
  const recent = <T extends { readonly at: Instant }>(proof: T | null): T | null =>
    proof && (maxAgeSeconds === null || now - proof.at <= maxAgeSeconds * 1_000) ? proof : null;
  return (
    row && {
      passwordAt: row.passwordProvedAt,
      factor: recent(row.factor),
      codeAt: row.codeProvedAt,
      identity: recent(row.identified),
      identificationPostponed: row.identificationPostponed,
      termsPostponed: terms !== null && row.termsPostponed.includes(postponementOf(terms.current)),
    }
  );
}

/** Reads what the ladder needs; an account that is gone is nobody. */
export async function gatherFacts(deps: GatherDeps, input: GatherInput): Promise<Gathered> {
  const { journey, session } = input;
  const { storage, clock } = deps;
  const accountId = journey?.accountId ?? session?.accountId ?? null;
  const leans = session !== null && session.accountId === accountId;
  const proof = liveIdentity(journey, deps.config, clock.now());
  const [account, sessionFacts, identityOwner] = await Promise.all([
    accountId && storage.accounts.byId(accountId),
    leans ? storage.sessions.get(session.uid) : null,
    proof && storage.accounts.byIdentity(proof.fingerprints),
  ]);
  const row = sessionFacts?.accountId === accountId ? sessionFacts : null;
  const terms = termsStanding(deps.config, input.client, account, clock.now());
  const facts: Facts = {
    now: clock.now(),
    request: requestFacts(input, deps, account, terms),
    account: account && (await accountFacts(account, input, deps)),
    journey: journeyFacts(input, deps, identityOwner, account, terms),
    session: sessionProofs(row, terms, input.request, clock.now()),
  };
  return { facts, account, identityOwner, sessionFacts: row };
}
