/** What each step's page is filled with; the other half of the contract of views.ts. */
import type { ShownText } from '../identity/consent-text.ts';
import type { BrokerNotice, Journey } from '../journey/journey.ts';
import type { ConsentItem, PasswordRules, TermsTextModel, WithEmail } from './views.ts';

/** Field `email`. «Luo ilmainen tili» links to the sign-up door, «Unohditko salasanasi?» to forgot-password. */
export type SignInModel = WithEmail & {
  /** The client's own notice, in the frame's language. */
  readonly clientNotice: string | null;
  /** The person has a session, but the client wants to see them again (`prompt=login`, `max_age`). */
  readonly reauthentication: boolean;
  readonly notice: Journey['notice'];
  /** What the script asks the browser for (JSON; null = nothing), and where it gets it afresh: second form, `action=passkey`, `credential`. */
  readonly passkey: string | null;
  readonly passkeyHref: string;
  /** A passkey of another account was chosen than the browser is signed in to: `action=switch|stay`. */
  readonly foreign: { readonly maskedEmail: string; readonly otherEmail: string } | null;
};
/** Fields `username` (hidden, for password managers) and `password`. */
export type PasswordModel = WithEmail & {
  /** The address was not typed here and is masked: there is nothing a password manager could go by. */
  readonly found: boolean;
  readonly reauthentication: boolean;
};
/** Field `email`. */
export type SignUpModel = WithEmail & { readonly clientNotice: string | null };
/** «Olen avannut linkin» posts the step's form; resend: second form, `action=resend`. */
export type LinkSentModel = WithEmail & {
  /** Life of the link in ms. */
  readonly validMs: number;
  readonly notice: Journey['notice'];
  /** Answers `{ "opened": boolean }` to this browser; null = no polling. */
  readonly pollHref: string | null;
};
/** Field `email`; or, where the address is known without having been typed, hidden `action=found`. */
export type ForgotPasswordModel = (WithEmail & { readonly maskedEmail: null }) | { readonly maskedEmail: string };
/**
 * ask, none: `method=bank|mobile`. found: `answer=continue`, and a second form with `answer=lost` for somebody who cannot
 * get at the mailbox. none and found: a form with `answer=again`.
 */
export type FindAccountModel =
  | {
      readonly state: 'ask';
      /** What became of the last visit to the broker. */
      readonly notice: Exclude<BrokerNotice, 'mismatch'> | null;
      readonly methods: readonly ('bank' | 'mobile')[];
    }
  | { readonly state: 'none' }
  | { readonly state: 'found'; readonly maskedEmail: string };
/** Field `email`: the new address. */
export type LostMailboxModel = WithEmail & { readonly maskedEmail: string; readonly waitDays: number };
/** The step's form is the resend, `action=resend`; second form `action=other-address`. */
export type NewMailboxSentModel = WithEmail & { readonly validMs: number; readonly notice: Journey['notice'] };
/** The step's form is the resend, `action=resend`. */
export type ResetSentModel = WithEmail & { readonly validMs: number; readonly notice: Journey['notice'] };
/** `answer=continue|other`. */
export type SelectAccountModel = { readonly maskedEmail: string };
/** The step's form is the cancel form; second form `action=other-account`. */
export type AccountClosedModel = Record<string, never>;
/** `action=take-back`; leaving it as it is is the cancel form. */
export type DeletionAskedModel = { readonly dueAt: number };
/**
 * Field `code` where there is an authenticator app, field `recoveryCode` in a form of its own where there are any;
 * `action=passkey` with `credential`, filled in by the script; `action=lost`: none is at hand.
 */
export type SecondFactorModel = {
  readonly authenticator: boolean;
  /** What the script asks the browser for (JSON), and where it gets it afresh; null = there is no passkey. */
  readonly passkey: string | null;
  readonly passkeyHref: string;
  readonly recovery: boolean;
  /** Strong identification can stand in for what was lost. */
  readonly identification: boolean;
};
/** Field `password`. */
export type NewPasswordModel = WithEmail & {
  /** Why it is asked: the typed one breaks today's rules, or an administrator ordered a new one. */
  readonly reason: 'weak' | 'ordered';
  readonly rules: PasswordRules;
};
/** `method=bank|mobile`. */
export type StrongAuthModel = {
  /** Why it is asked; `demanded`: by the client or by somebody of support. */
  readonly why: 'first' | 'again' | 'demanded' | 'reset' | 'new-device' | 'factor-lost';
  /** What became of the last visit to the broker. */
  readonly notice: BrokerNotice | null;
  readonly methods: readonly ('bank' | 'mobile')[];
  /** Third identification as somebody else: no methods any more, the step's form is the cancel form. */
  readonly stopped: boolean;
};
/** The step's form asks once more; second form `action=other-account`. */
export type NotAuthorisedModel = {
  /** Whom to ask, in the frame's language. */
  readonly contact: string;
  /** `waiting`: asked once more, still not on the roster. */
  readonly notice: Journey['notice'];
};
/** Field `code`; resend: second form, `action=resend`. */
export type EmailCodeModel = WithEmail & {
  readonly validMs: number;
  /** The code is for linking: the button says «Linkitä tili», else «Jatka». */
  readonly linking: boolean;
  readonly notice: Journey['notice'];
};
/**
 * ask: `answer=yes|no`; declined: `answer=back`; conflict: `answer=sign-in|keep`; keep: `answer=confirm|back`. A consent
 * travels with its words: hidden `textHash` and `textLocale`.
 */
export type LinkEidModel =
  | (WithEmail & WithConsent & { readonly state: 'ask'; readonly name: string | null })
  | { readonly state: 'declined' }
  | {
      readonly state: 'conflict';
      readonly maskedEmail: string;
      /** The address that the other account can be given; null = that way is not open. */
      readonly keepEmail: string | null;
      readonly undoDays: number;
    }
  | (WithEmail & WithConsent & { readonly state: 'keep'; readonly maskedEmail: string; readonly undoDays: number });
type WithConsent = { readonly consent: ShownText };
/** `answer=known|cancel`. */
export type PendingAddressModel = {
  /** The address that was asked for, masked. */
  readonly maskedEmail: string;
  readonly dueAt: number;
};
/** What somebody who accepted an earlier version is told. */
export type TermsUpdate = {
  /** `YYYY-MM-DD`: the first day of a version that must be accepted. */
  readonly since: string;
  /** The last day on which they may go on without; null = they may not. */
  readonly decideBy: string | null;
  /** What the versions since then have changed, oldest first. */
  readonly summaries: readonly TermsTextModel[];
};
/** `answer=accept|later|decline`, declined: `answer=back|later`; with hidden `version` and `hash`. */
export type TermsModel =
  | (TermsTextModel & { readonly state: 'ask'; readonly hash: string; readonly update: TermsUpdate | null })
  | {
      readonly state: 'declined';
      readonly version: string;
      readonly hash: string;
      /** As in TermsUpdate. */
      readonly decideBy: string | null;
    };
export type ConsentValue = { readonly item: ConsentItem; readonly values: readonly string[] | null };
/** null = a permission, which cannot be left out; `needed` = the client cannot do without it. */
export type ConsentChoice = 'needed' | 'ticked' | 'unticked' | null;
/** `answer=allow|deny`, with hidden `shown`: what the page speaks of; `tell-ITEM` of each item that is ticked. */
export type ConsentModel = {
  /** Name of the client that asks, in the frame's language. */
  readonly client: string;
  /** Something was allowed before, and these are new. */
  readonly more: boolean;
  /** What is asked for, with what the client will be told, in the frame's language; null = there is nothing to tell yet. */
  readonly items: readonly (ConsentValue & { readonly choice: ConsentChoice })[];
  readonly shown: string;
};
/** The step's form finishes the request. */
export type WelcomeModel = {
  /** A page with the terms that were accepted; null = the client has none. */
  readonly termsHref: string | null;
};
