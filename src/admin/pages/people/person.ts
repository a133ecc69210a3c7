import { read } from '../../accounts/find.ts';
import type { AdminPage, PageContext } from '../admin-page.ts';
import { ask } from '../asking.ts';
import { factsOf, type ShownAccount } from './account-facts.ts';
import { personActionNames, personActions } from './actions.ts';

/** What this role may do to this account as it stands now. */
function offered({ actor }: PageContext, account: ShownAccount) {
  return personActionNames.filter((name) => {
    const { operation, fits } = personActions[name];
    return operation.roles.includes(actor.role) && fits(account);
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
    const links = offered(context, output).map((name) => ({
      href: `${path}/${name}`,
      text: { key: `admin.do-${name}` } as const,
    }));
    const item = { title: output.address, href: null, state: null, facts: factsOf(output), links };
    return {
      title: { key: 'admin.person' },
      intro: null,
      back: { href: '/admin/people', text: { key: 'admin.back-to-search' } },
      links: [{ href: `${path}/timeline`, text: { key: 'admin.timeline' } }],
      choices: [],
      groups: [{ title: null, items: [item] }],
      firstHref: null,
      nextHref: null,
    };
  },
};
