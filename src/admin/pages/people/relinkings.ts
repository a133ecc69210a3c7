/** Four eyes: what somebody has asked, and the page on which somebody else says yes. */
import { confirm, list } from '../../accounts/relinking.ts';
import type { AdminPage } from '../admin-page.ts';
import { ask, attempt } from '../asking.ts';
import { at, facts, item, listModel } from '../list-model.ts';

export const relinkings: AdminPage<'admin/list'> = {
  path: '/admin/relinkings',
  view: 'admin/list',
  opens: list,
  fresh: false,
  show: async (context) => {
    const { output } = await ask(context, list);
    const items = output.waiting.map(({ id, askedBy, askedAt, reason }) =>
      item(reason, {
        facts: facts([
          ['admin.fact-asked-by', askedBy],
          ['admin.fact-asked-at', at(askedAt)],
        ]),
        links: [{ href: `${context.path}/${id}`, text: { key: 'admin.do-unlink' } }],
      }),
    );
    return listModel('admin.relinkings', [{ title: null, items }], { intro: { key: 'admin.relinkings-intro' } });
  },
};

export const confirmRelinking: AdminPage<'admin/action'> = {
  path: '/admin/relinkings/:id',
  view: 'admin/action',
  opens: confirm,
  fresh: true,
  show: () => ({
    title: { key: 'admin.do-unlink' },
    subject: null,
    follows: [{ key: 'admin.follows-unlink' }],
    back: { href: relinkings.path, text: { key: 'admin.relinkings' } },
    who: null,
    reason: null,
    choices: [],
    version: '',
    submit: { key: 'admin.do-unlink' },
    danger: true,
  }),
  submit: async (context) => {
    const tried = await attempt(context, confirm, { params: context.params });
    return 'outcome' in tried ? tried.outcome : { kind: 'done', path: relinkings.path, done: 'unlinked' };
  },
};
