/** What the pages about an account's address, data and end are filled with; see views.ts for the rules of all models. */
import type { PersonalData } from '../lifecycle/personal-data.ts';

/** `action=ask` with field `email`, or `action=drop`. */
type AccountEmailModel = {
  readonly current: string;
  /** As typed. */
  readonly email: string;
  /** What was asked for last and can still be confirmed; null = nothing. */
  readonly asked: { readonly email: string; readonly validUntil: number } | null;
};
type AccountDataModel = {
  readonly data: PersonalData;
  /** By client id, in the page's language. */
  readonly serviceNames: Readonly<Record<string, string>>;
  /** By `roster|county`, likewise. */
  readonly countyNames: Readonly<Record<string, string>>;
  readonly fileHref: string;
  /** null = nothing is linked. */
  readonly codeHref: string | null;
  readonly activityHref: string;
};
type AccountDataCodeModel = { readonly fileHref: string; readonly dataHref: string };
/** `action=delete`. */
type AccountDeleteModel = { readonly dueAt: number };

/** Every view by its file under views/. */
export type LifecycleViews = {
  'account/email': AccountEmailModel;
  'account/data': AccountDataModel;
  'account/data-code': AccountDataCodeModel;
  'account/delete': AccountDeleteModel;
  /** The account was signed out, and is to be deleted. */
  'pages/deletion-waits': Record<string, never>;
};
