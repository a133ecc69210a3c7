/**
 * THE FLOW lives in this folder: facts.ts and next-step.ts decide (pure, types only), journey.ts is the record,
 * gather-facts.ts does all the reading, runner.ts is the dispatcher, step-up.ts throws the dice.
 *
 * Facts are everything the ladder may know about one authorization request at one moment. They are gathered first,
 * then decided upon; nothing here reads a clock or a store.
 */
import type { Owed } from '../accounts/account.ts';
import type { TermsDemand } from '../accounts/terms.ts';
import type { SecondFactorPolicy } from '../config/policy-schema.ts';
import type { AccountId, Instant } from '../ids.ts';

export type IdentityLevel = 'substantial' | 'high';
export type IdentificationMethod = 'ftn_bank' | 'ftn_mobile' | 'eid';

/** Where rung 1 sends a person who has proved nothing yet. */
export type Door = 'sign-in' | 'password' | 'sign-up' | 'link-sent' | 'forgot-password' | 'reset-sent' | RecoveryDoor;
/** For whoever does not remember their address, or cannot get at its mailbox any more. */
export type RecoveryDoor = 'find-account' | 'lost-mailbox' | 'new-mailbox-sent';

/** Which rule asks for a strong identification: told to the audit log, the log and the page. */
export type IdentificationRule =
  | 'demanded-by-client'
  | 'demanded-by-request'
  | 'first'
  | 'too-old'
  | 'new-device'
  /** The client requires a second factor, and the account has none. */
  | 'second-factor'
  /** The person has none of their factors at hand any more. */
  | 'factor-lost'
  | Owed['rule'];

/** Which rule asks for a second factor: the client's policy, or the person, who wants it always. */
export type FactorRule = 'client' | 'always';

/** `hwk` = passkey, `otp` = code of an authenticator app (RFC 8176). */
export type ProvedFactor = { readonly at: Instant; readonly method: 'hwk' | 'otp' | 'recovery' };

/** Which rule asks for an e-mailed code. */
export type CodeRule = 'linking' | 'too-old' | 'new-device' | Owed['rule'];

export type RequestFacts = {
  /** The level the client demands, by its configuration, `acr_values` or `claims`; null = none. */
  readonly demandedLevel: IdentityLevel | null;
  readonly demandedBy: 'client' | 'request';
  /** An essential `acr` with values: the token must name one of these (OpenID Connect Core 5.5.1.1); null = any. */
  readonly acceptedLevels: readonly (IdentityLevel | 'email')[] | null;
  /** How long an identification counts for this client in the session it was made in, in ms. */
  readonly freshMs: number;
  /** An essential `acr` that nothing here can reach (OpenID Connect Core 5.5.1.1). */
  readonly unreachableAcr: boolean;
  /** The account that `id_token_hint` or a requested `sub` names, as far as it is not the one at hand. */
  readonly namesAnotherSubject: boolean;
  /** Third-party client: what it asks for goes beyond what the person allowed, or `prompt=consent`. */
  readonly consentMissing: boolean;
  /** `prompt=select_account` is not answered yet. */
  readonly selectAccount: boolean;
  /** What the client's terms ask for; null = nothing, or the client has none. */
  readonly termsDemand: TermsDemand | null;
  /** The client's policy of second factors. */
  readonly secondFactor: SecondFactorPolicy;
  /** `first: always` of the client's step-up policy. */
  readonly firstAlways: boolean;
  /** Never longer than this without an identification, in ms; null = no such rule. */
  readonly atMostMs: number | null;
  /** Never longer than this without a proof of the mailbox, in ms; null = no such rule. */
  readonly codeAtMostMs: number | null;
};

export type AccountFacts = {
  readonly id: AccountId;
  readonly barred: boolean;
  /** Its owner wants it erased, and can still take that back. */
  readonly deletionAsked: boolean;
  readonly mustChangePassword: boolean;
  /** What it has beside the password, and whether its owner wants that asked always. */
  readonly secondFactor: 'none' | 'enrolled' | 'always';
  readonly linked: boolean;
  readonly identifiedAt: Instant | null;
  /** By which rule something is owed in every browser; null = nothing is. */
  readonly owedIdentification: Owed['rule'] | null;
  readonly owedCode: Owed['rule'] | null;
  /** By a link or a code. */
  readonly mailboxProvedAt: Instant | null;
  /** What this client wants proved in a browser that the account does not know; null = nothing, or it is known. */
  readonly newDevice: 'code' | 'identification' | null;
  readonly greeted: boolean;
  /** A change of its address is waiting, and this browser has not been told. */
  readonly addressChangeUntold: boolean;
  /** Client without a roster, or the person is on it (linked or just proved identity, or proved mailbox). */
  readonly onRoster: boolean;
};

export type ProvedIdentity = {
  readonly at: Instant;
  readonly level: IdentityLevel;
  readonly method: IdentificationMethod;
};

/** What was done in this journey, with the lives of proofs already applied: an outlived proof is null. */
export type JourneyFacts = {
  readonly door: Door;
  readonly passwordAt: Instant | null;
  readonly factor: ProvedFactor | null;
  /** The person says that none of their factors is at hand. */
  readonly factorLost: boolean;
  /** The mailbox was proved in this same browser. */
  readonly mailboxAt: Instant | null;
  readonly codeAt: Instant | null;
  /** With whose identity this is, by the unique link. */
  readonly identity: (ProvedIdentity & { readonly owner: 'nobody' | 'this-account' | 'another-account' }) | null;
  /** The password typed in this journey breaks today's rules and its replacement is not chosen yet. */
  readonly passwordTooWeak: boolean;
  /** A sampled identification is put off because the broker is down (our own server saw it). */
  readonly identificationPostponed: boolean;
  /** The current version of the terms is put off. */
  readonly termsPostponed: boolean;
  /** Third proof of somebody else's identity in this journey. */
  readonly identifiedAsOtherTooOften: boolean;
};

/**
 * What the browser's session recalls. Present only where this request may lean on it: the session is this account's
 * and every reason of the interaction is one of our own rungs, else `prompt=login` would be met with no page shown.
 */
export type SessionProofs = {
  /** null = signed in with a passkey. */
  readonly passwordAt: Instant | null;
  readonly factor: ProvedFactor | null;
  readonly codeAt: Instant | null;
  readonly identity: ProvedIdentity | null;
  readonly identificationPostponed: boolean;
  readonly termsPostponed: boolean;
};

export type Facts = {
  readonly now: Instant;
  readonly request: RequestFacts;
  readonly account: AccountFacts | null;
  readonly journey: JourneyFacts;
  readonly session: SessionProofs | null;
};
