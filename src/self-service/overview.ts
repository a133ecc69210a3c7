import { defineAccountPage } from './account-page.ts';

export const overview = defineAccountPage({
  path: '/account',
  view: 'account/overview',
  fresh: false,
  show: ({ account }) => ({ email: account.email, nickname: account.nickname }),
});
