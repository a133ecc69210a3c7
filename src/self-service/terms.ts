import { acceptedTermsOf } from '../accounts/accepted-terms.ts';
import { defineAccountPage } from './account-page.ts';

/** Accepting is the ladder's business: here is what was accepted, to read once more, and what has come since. */
export const terms = defineAccountPage({
  path: '/account/terms',
  view: 'account/terms',
  fresh: false,
  section: {
    title: 'accepted-terms.title',
    summary: ({ account }) => {
      const count = Object.keys(account.terms).length;
      return count === 0 ? { key: 'accepted-terms.none' } : { key: 'accepted-terms.summary', params: { count } };
    },
  },
  show: ({ deps, account, locale }) => ({ terms: acceptedTermsOf(deps, account, locale, deps.clock.now()) }),
});
