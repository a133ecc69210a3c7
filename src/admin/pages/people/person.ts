import { read } from '../../accounts/find.ts';
import { put } from '../../staff/operations.ts';
import type { AdminPage, PageContext } from '../admin-page.ts';
import { ask } from '../asking.ts';
import { item, listModel } from '../list-model.ts';
import { factsOf, type ShownAccount } from './account-facts.ts';
import { personActionNames, personActions } from './actions.ts';

/** What this role may do to this account as it stands now. */
function offered({ actor }: PageContext, account: ShownAccount) {
  return personActionNames.filter((name) => {
    const { operation, fits } = personActions[name];
    const isTheirs = account.adminRole !== 'owner' || actor.role === 'owner';
    return operation.roles.includes(actor.role) && isTheirs && fits(account);
  });
}

/** One person: how the account stands, what happened, and what may be done. */
export const person: AdminPage<'admin/list'> = {
  path: '/admin/people/:account',
  view: 'admin/list',
  opens: read,
  fresh: false,
  show: async (context) => {
    const { output } = await ask(context, read, { params: context.params });
    const { path } = context;
    const roles = put.roles.includes(context.actor.role)
      ? [{ href: `${path}/role`, text: { key: 'admin.do-role' } as const }]
      : [];
    const links = offered(context, output).map((name) => ({
      href: `${path}/${name}`,
      text: { key: `admin.do-${name}` } as const,
    }));
    const shown = item(output.address, { facts: factsOf(output), links: [...links, ...roles] });
    return listModel('admin.person', [{ title: null, items: [shown] }], {
      back: { href: '/admin/people', text: { key: 'admin.back-to-search' } },
      links: [{ href: `${path}/timeline`, text: { key: 'admin.timeline' } }],
    });
  },
};
