import { z } from 'zod';
import { maskEmail } from '../accounts/email-address.ts';
import type { AccountOverviewModel } from '../http/account-models.ts';
import { waitingAddress } from '../recovery/pending-address.ts';
import { type AccountContext, type AccountPage, defineAccountPage } from './account-page.ts';
import { addressChange } from './address-change.ts';
import { deletePage } from './delete.ts';

/** What waits, and where its owner can stop it. A change of address that can never take effect any more does not wait. */
function waiting({ account, deps }: AccountContext): AccountOverviewModel['waiting'] {
  const { deletion } = account;
  const address = waitingAddress(account, deps.clock.now());
  const { path: href } = addressChange;
  return [
    ...(deletion ? [{ kind: 'deletion', dueAt: deletion.dueAt, email: '', href: deletePage.path } as const] : []),
    ...(address ? [{ kind: 'address', dueAt: address.dueAt, email: maskEmail(address.email), href } as const] : []),
  ];
}

/** The list of all sections, one line each on how things stand. */
export function overviewOf(pages: readonly AccountPage[]): AccountPage {
  return defineAccountPage({
    path: '/account',
    view: 'account/overview',
    fresh: false,
    form: z.object({ action: z.literal('sign-out') }),
    show: (context) => ({
      email: context.account.email,
      nickname: context.account.nickname,
      waiting: waiting(context),
      sections: pages.flatMap(({ path, section }) =>
        section ? [{ href: path, title: { key: section.title }, summary: section.summary(context) }] : [],
      ),
    }),
    submit: async ({ deps, ctx }) => {
      await deps.interactions.endSession(ctx);
      return { kind: 'done', path: '/account/signed-out' };
    },
  });
}
