/** What the pages below /account are filled with; see views.ts for the rules of all models. */

export type AccountOverviewModel = { readonly email: string; readonly nickname: string | null };

/** Every view by its file under views/. */
export type AccountViews = {
  'account/overview': AccountOverviewModel;
};
