/** What the pages below /account are filled with; see views.ts for the rules of all models. */
import type { Locale } from './locale.ts';
import type { TextRef } from './views.ts';

/** `action=sign-out` is the page's one form. */
export type AccountOverviewModel = {
  readonly email: string;
  readonly nickname: string | null;
  /** What happens to the account by itself unless it is stopped; `email` (masked) of `address` only. */
  readonly waiting: readonly {
    readonly kind: 'deletion' | 'address';
    readonly dueAt: number;
    readonly email: string;
    readonly href: string | null;
  }[];
  readonly sections: readonly { readonly href: string; readonly title: TextRef; readonly summary: TextRef }[];
};
/** Fields `nickname` (as typed; '' = none) and `locale`. */
export type AccountProfileModel = { readonly nickname: string; readonly locale: Locale };

/** Every view by its file under views/. */
export type AccountViews = {
  'account/overview': AccountOverviewModel;
  'account/profile': AccountProfileModel;
};
