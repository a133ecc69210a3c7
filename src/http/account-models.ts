/** What the pages below /account are filled with; see views.ts for the rules of all models. */
import type { AcceptedTermsRow } from '../accounts/accepted-terms.ts';
import type { DeviceLook } from '../accounts/account.ts';
import type { FactorViews } from './factor-models.ts';
import type { LifecycleViews } from './lifecycle-models.ts';
import type { Locale } from './locale.ts';
import type { ConsentItem, PasswordRules, TextRef } from './views.ts';

/** `action=sign-out` is the page's one form. */
export type AccountOverviewModel = {
  readonly email: string;
  readonly nickname: string | null;
  /** What happens to the account by itself unless it is stopped; `email` (masked) of `address` only. */
  readonly waiting: readonly {
    readonly kind: 'deletion' | 'address';
    readonly dueAt: number;
    readonly email: string;
    readonly href: string;
  }[];
  readonly sections: readonly { readonly href: string; readonly title: TextRef; readonly summary: TextRef }[];
};
/** Fields `nickname` (as typed; '' = none) and `locale`. */
export type AccountProfileModel = { readonly nickname: string; readonly locale: Locale };
/** Fields `presentPassword` and `password`; hidden `shown` brings back when the password was set that the page speaks of. */
export type AccountPasswordModel = {
  readonly email: string;
  readonly hasPassword: boolean;
  readonly shown: string;
  readonly rules: PasswordRules;
};
/** Where in a long list a page stands; null = there is no such page. */
export type Paging = { readonly page: number; readonly newer: number | null; readonly older: number | null };
/** `action=sign-out-others`, or `sign-out` or `forget` with hidden `device`. */
export type AccountDevicesModel = {
  readonly devices: readonly {
    readonly ref: string;
    readonly look: DeviceLook;
    readonly firstSeenAt: number;
    readonly lastSeenAt: number;
    readonly known: boolean;
    readonly here: boolean;
    readonly signedIn: boolean;
  }[];
  readonly othersSignedIn: boolean;
  readonly paging: Paging;
};
/** One form for each, with hidden `service`. */
export type AccountAppsModel = {
  readonly services: readonly {
    readonly id: string;
    readonly name: string;
    /** Asks for consent. */
    readonly third: boolean;
    readonly items: readonly ConsentItem[];
    /** What it asked for and was not given. */
    readonly leftOut: readonly ConsentItem[];
    readonly since: number;
    readonly signedIn: boolean;
    readonly offline: boolean;
  }[];
};
export type AccountIdentityModel = {
  /** null = nothing is linked. */
  readonly linked: {
    readonly linkedAt: number;
    readonly identifiedAt: number | null;
    readonly method: 'bank' | 'mobile' | null;
    readonly name: string | null;
    /** `YYYY-MM-DD` */
    readonly birthdate: string | null;
  } | null;
  readonly unlinkHref: string;
};
/** The form has no field but hidden `linkedAt`; null = nothing is linked any more. */
export type AccountUnlinkModel = { readonly linkedAt: number | null; readonly identityHref: string };
export type AccountTermsModel = { readonly terms: readonly AcceptedTermsRow[] };
export type AccountActivityModel = {
  readonly days: number;
  readonly events: readonly { readonly at: number; readonly text: TextRef; readonly service: string | null }[];
  readonly paging: Paging;
};

/** The form cancels the change; null = none is waiting, and there is no form. */
export type AddressChangeModel = {
  readonly waiting: { readonly maskedEmail: string; readonly dueAt: number } | null;
};

/** Every view by its file under views/; those of second factors are in factor-models.ts, those of address, data and end in lifecycle-models.ts. */
export type AccountViews = {
  'account/overview': AccountOverviewModel;
  'account/profile': AccountProfileModel;
  'account/password': AccountPasswordModel;
  'account/devices': AccountDevicesModel;
  'account/apps': AccountAppsModel;
  'account/identity': AccountIdentityModel;
  'account/unlink': AccountUnlinkModel;
  'account/terms': AccountTermsModel;
  'account/activity': AccountActivityModel;
  'account/address-change': AddressChangeModel;
} & FactorViews &
  LifecycleViews;
