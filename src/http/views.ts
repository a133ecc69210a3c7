/**
 * The contract between the code and the pages: which views there are, and what each needs to be filled with.
 * A view gets plain data only; everything a person reads comes from views/texts by key, in the frame's language.
 * Instants and lives are epoch milliseconds and milliseconds. Addresses of pages are paths or absolute URLs.
 *
 * Forms: every form carries `csrf`; a step's form is the first `main form` and posts to `frame.path`; a button that
 * means something else than the page's own answer is named `action` or `answer` as the model's comment says.
 */
import type { PasswordRule } from '../accounts/password-policy.ts';
import { scopes } from '../config/client-schema.ts';
import type { AccountViews } from './account-models.ts';
import type { AdminField, AdminViews } from './admin-models.ts';
import type { DeviceViews } from './device-models.ts';
import type { FormPost } from './form-post-page.ts';
import type { DeveloperDetail, IntegratorModel } from './integrator-models.ts';
import type { LinkViews } from './link-models.ts';
import type { Locale } from './locale.ts';
import type { ServiceFrame } from './service-frame.ts';
import type { StaffField, StaffViews } from './staff-models.ts';
import type { StatementViews } from './statement-models.ts';
import type {
  AccountClosedModel,
  ConsentModel,
  DeletionAskedModel,
  EmailCodeModel,
  FindAccountModel,
  ForgotPasswordModel,
  LinkEidModel,
  LinkSentModel,
  LostMailboxModel,
  NewMailboxSentModel,
  NewPasswordModel,
  NotAuthorisedModel,
  PasswordModel,
  PendingAddressModel,
  ResetSentModel,
  SecondFactorModel,
  SelectAccountModel,
  SignInModel,
  SignUpModel,
  StrongAuthModel,
  TermsModel,
  WelcomeModel,
} from './step-models.ts';
import type { TextKey, TextParams } from './texts.ts';

export type { TextKey };

/** A sentence for a person: a key of views/texts with what it wants filled in. */
export type TextRef = { readonly key: TextKey; readonly params?: TextParams };

export type FormField =
  | 'recoveryCode'
  | 'message'
  | 'name'
  | 'email'
  | 'password'
  | 'code'
  | 'user_code'
  | 'presentPassword'
  | 'nickname'
  | StaffField
  | AdminField;

/** `field: null` = about the page as a whole (a limit, a stale form). A field's message is also shown beside it. */
export type FormError = { readonly field: FormField | null; readonly text: TextRef };

/** What every page needs besides its model. */
export type Frame = {
  readonly locale: Locale;
  /** Of this page, without query: forms post there, the language switch links to it with `?lang=`. */
  readonly path: string;
  /** What else of the query the language switch keeps, as `&name=value`; absent = nothing. */
  readonly keptQuery?: string;
  readonly service: ServiceFrame;
  /** Value of every form's hidden `csrf` field; null only where the page has no form of ours. */
  readonly csrf: string | null;
  /** `/interaction/:uid` on the steps: links to doors and the cancel form start with it. Null elsewhere. */
  readonly journeyPath: string | null;
  /** Shown as the summary above the heading, and in the title; empty = none. */
  readonly errors: readonly FormError[];
  /** What was just done, told above the heading; absent or null = nothing. */
  readonly done?: TextRef | null;
  /** The pages beside this one, listed above it (admin/); absent = none. */
  readonly pages?: readonly { readonly href: string; readonly text: TextRef; readonly here: boolean }[];
};

/** The demands on a new password, as listed before the field. */
export type PasswordRules = {
  readonly minLength: number;
  readonly rules: readonly PasswordRule[];
  /** Value of the `passwordrules` attribute (set by script: validators do not know it); '' = none. */
  readonly attribute: string;
};

/** As the page of consent names what is asked for; `openid` only where it is all. */
export const consentItems = [...scopes, 'offline_access'] as const;
export type ConsentItem = (typeof consentItems)[number];

export type WithEmail = {
  /** As typed by the person, or `login_hint`; '' = empty field. */
  readonly email: string;
};

/** Terms to read: `text` is the file's body (paragraphs, `## ` headings, `- ` items), without its front matter. */
export type TermsTextModel = {
  readonly version: string;
  /** `YYYY-MM-DD`, in force from. */
  readonly date: string;
  readonly text: string;
};
export type ErrorModel = {
  readonly title: TextRef;
  readonly body: TextRef;
  /** By which the log has it, to be told to support. */
  readonly id: string | null;
  /** In the development profile only; null or absent = not told. */
  readonly developer?: DeveloperDetail | null;
  readonly wayOn: { readonly href: string; readonly text: TextRef } | null;
};
/** `GET /` and unknown pages. */
export type ClientsModel = {
  readonly clients: readonly { readonly name: string; readonly href: string }[];
  readonly notFound: boolean;
};
/** `action=continue` ends the session at hand and goes on. */
export type SignedInAsModel = { readonly maskedEmail: string; readonly stayHref: string | null };
export type OtherBrowserModel = { readonly startHref: string };
/** Made of the form that oidc-provider gives to `logoutSource`, as it came. */
export type LogoutModel = { readonly providerForm: string };
/** `stillSignedIn`: signing out was declined. */
export type SignedOutModel = { readonly returnHref: string | null; readonly stillSignedIn: boolean };
/** Pages to read in between; `backHref` = the page it was opened from, null where that is unknown. */
export type Between = { readonly backHref: string | null };
/** Signing in to a page of Avain's own was not finished. */
export type NotSignedInModel = { readonly startHref: string };
export type ContinueModel = { readonly title: TextRef; readonly body: TextRef | null; readonly href: string };

/** Every view by its file under views/, with what fills it. */
export type Views = {
  'steps/sign-in': SignInModel;
  'steps/password': PasswordModel;
  'steps/sign-up': SignUpModel;
  'steps/link-sent': LinkSentModel;
  'steps/forgot-password': ForgotPasswordModel;
  'steps/reset-sent': ResetSentModel;
  'steps/find-account': FindAccountModel;
  'steps/lost-mailbox': LostMailboxModel;
  'steps/new-mailbox-sent': NewMailboxSentModel;
  'steps/select-account': SelectAccountModel;
  'steps/account-closed': AccountClosedModel;
  'steps/deletion-asked': DeletionAskedModel;
  'steps/second-factor': SecondFactorModel;
  'steps/new-password': NewPasswordModel;
  'steps/strong-auth': StrongAuthModel;
  'steps/not-authorised': NotAuthorisedModel;
  'steps/email-code': EmailCodeModel;
  'steps/link-eid': LinkEidModel;
  'steps/pending-address': PendingAddressModel;
  'steps/terms': TermsModel;
  'steps/consent': ConsentModel;
  'steps/welcome': WelcomeModel;
  'pages/error': ErrorModel;
  'integrator/requests': IntegratorModel;
  'pages/clients': ClientsModel;
  'pages/signed-in-as': SignedInAsModel;
  'pages/other-browser': OtherBrowserModel;
  'pages/logout': LogoutModel;
  'pages/signed-out': SignedOutModel;
  /** `newerHref`: the version in force, where this is an older one. */
  'pages/terms': TermsTextModel & Between & { readonly newerHref: string | null };
  'pages/continue': ContinueModel;
  'pages/not-signed-in': NotSignedInModel;
  /** `response_mode=form_post`: sends itself to the client. */
  'pages/form-post': FormPost;
} & LinkViews &
  AccountViews &
  DeviceViews &
  StatementViews &
  StaffViews &
  AdminViews;
export type ViewName = keyof Views;
