/** The journey record: what one person proved and chose in one authorization request. Kept 24 h, keyed by `cid`. */
import type { StoredPassword } from '../accounts/account.ts';
import type { Locale } from '../http/locale.ts';
import type { AccountId, BrowserHash, ClientId, Fingerprint, Instant, JourneyId } from '../ids.ts';
import type {
  CodeRule,
  Door,
  FactorRule,
  IdentificationMethod,
  IdentificationRule,
  IdentityLevel,
  ProvedFactor,
} from './facts.ts';
import type { Rung } from './next-step.ts';

/** A strong identity as it came from the broker, before (or without) being linked. */
export type IdentityProof = {
  readonly at: Instant;
  /** As those of LinkedIdentity: one for each index key in use, never none. */
  readonly fingerprints: readonly Fingerprint[];
  /** JSON of ProvedPerson sealed under the master key for this journey; never shown, never logged. */
  readonly sealed: string;
  readonly level: IdentityLevel;
  readonly method: IdentificationMethod;
  readonly evidenceId: string;
};

/** The yes to a page of link-eid, with the very words it was given to. */
export type LinkConsent = {
  readonly to: 'link' | 'keep';
  readonly at: Instant;
  readonly locale: Locale;
  /** SHA-256 (base64url) of what the page said (identity/consent-text.ts). */
  readonly textHash: string;
};

/**
 * What was answered on the pages of link-eid: no to linking; or, where the identity belongs to another account, to keep
 * that one, of which the page showed this address.
 */
export type LinkAnswer = { readonly kind: 'no' } | { readonly kind: 'keep'; readonly shownAddress: Fingerprint };

/** What the strong-auth page has to tell about the last visit to the broker. */
export type BrokerNotice = 'cancelled' | 'failed' | 'unavailable' | 'no-identity-code' | 'mismatch';

/** A proof that the policy asked for, and by which rule. */
export type Asked =
  | { readonly kind: 'identification'; readonly rule: IdentificationRule }
  | { readonly kind: 'factor'; readonly rule: FactorRule }
  | { readonly kind: 'code'; readonly rule: CodeRule };

export type Journey = {
  readonly id: JourneyId;
  /** The library's current interaction of this journey; a later prompt has another. */
  readonly interactionUid: string;
  readonly clientId: ClientId;
  readonly browser: BrowserHash;
  readonly startedAt: Instant;
  readonly expiresAt: Instant;
  /** Chosen by the person on our pages; wins over `ui_locales`. */
  readonly locale: Locale | null;
  readonly door: Door;
  /** As typed, kept through errors and expiries. Nothing is known about it until a proof. */
  readonly email: string | null;
  /** Not typed here, but found by an identification: pages show it masked. */
  readonly emailFound: boolean;
  /** Set by a proof only (password or link). */
  readonly accountId: AccountId | null;
  readonly passwordAt: Instant | null;
  readonly factor: ProvedFactor | null;
  /** None of the account's factors is at hand: its person identifies instead. */
  readonly factorLost: boolean;
  /** A passkey of another account than the browser is signed in to: asked on the sign-in page before anything changes. */
  readonly foreignPasskey: { readonly accountId: AccountId; readonly at: Instant } | null;
  /** The password typed here passed, but breaks today's rules: the texts of the broken ones. */
  readonly weakPassword: readonly string[] | null;
  /** Forced change: waits here and replaces the old one with the last demanded proof (decisions.md §1). */
  readonly newPassword: StoredPassword | null;
  /** When a password chosen in this journey became the account's. */
  readonly passwordStoredAt: Instant | null;
  readonly mailboxAt: Instant | null;
  readonly mailboxSameBrowser: boolean;
  readonly codeAt: Instant | null;
  readonly challengeId: string | null;
  readonly identity: IdentityProof | null;
  readonly brokerNotice: BrokerNotice | null;
  readonly mismatches: number;
  readonly identificationPostponed: boolean;
  readonly asked: readonly Asked[];
  /** Where the person stands, and since when: for the statistics alone (count-rungs.ts). */
  readonly rung: { readonly name: Rung; readonly since: Instant };
  /** `prompt=select_account` was answered. */
  readonly accountSelected: boolean;
  /** The person goes on as somebody else than the browser's session says, which counts for nothing here then. */
  readonly leftSession: boolean;
  readonly linkAnswer: LinkAnswer | null;
  /** In this journey, for the account at hand. */
  readonly linkConsent: LinkConsent | null;
  readonly termsDeclined: boolean;
  /** The version that was answered with "later" (accounts/terms.ts). */
  readonly termsPostponed: string | null;
  /** The interaction whose `prompt=consent` was answered. */
  readonly consentedUid: string | null;
  /** Told on the page of the door: resent, still waiting, activated elsewhere. */
  readonly notice: 'resent' | 'waiting' | 'activated-elsewhere' | null;
};
