import { z } from 'zod';
import { maskEmail } from '../accounts/email-address.ts';
import type { AccountOverviewModel } from '../http/account-models.ts';
import { type AccountContext, type AccountPage, defineAccountPage } from './account-page.ts';

/** What waits, and where its owner can stop it, as far as there is such a page. */
function waiting({ account }: AccountContext, hrefs: ReadonlySet<string>): AccountOverviewModel['waiting'] {
  const { deletion, pendingAddress } = account;
  const at = (href: string) => (hrefs.has(href) ? href : null);
  return [
    ...(deletion ? [{ kind: 'deletion', dueAt: deletion.dueAt, email: '', href: at('/account/delete') } as const] : []),
    ...(pendingAddress
      ? [
          {
            kind: 'address',
            dueAt: pendingAddress.dueAt,
            email: maskEmail(pendingAddress.email),
            href: at('/account/address-change'),
          } as const,
        ]
      : []),
  ];
}

/** The list of all sections, one line each on how things stand; no link leads to a page that is not there. */
export function overviewOf(pages: readonly AccountPage[]): AccountPage {
  const hrefs = new Set(pages.map((page) => page.path));
  return defineAccountPage({
    path: '/account',
    view: 'account/overview',
    fresh: false,
    form: z.object({ action: z.literal('sign-out') }),
    show: (context) => ({
      email: context.account.email,
      nickname: context.account.nickname,
      waiting: waiting(context, hrefs),
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
