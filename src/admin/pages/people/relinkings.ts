/** Four eyes: what somebody has asked, and the page on which somebody else says yes. */
import { confirm, list } from '../../accounts/relinking.ts';
import type { AdminPage } from '../admin-page.ts';
import { ask, attempt } from '../asking.ts';

export const relinkings: AdminPage<'admin/list'> = {
  path: '/admin/relinkings',
  view: 'admin/list',
  opens: list,
  fresh: false,
  show: async (context) => {
    const { output } = await ask(context, list);
    const items = output.waiting.map(({ id, askedBy, askedAt, reason }) => ({
      title: reason,
      href: null,
      state: null,
      facts: [
        { label: { key: 'admin.fact-asked-by' } as const, value: askedBy },
        { label: { key: 'admin.fact-asked-at' } as const, value: { at: Date.parse(askedAt) } },
      ],
      links: [{ href: `${context.path}/${id}`, text: { key: 'admin.do-unlink' } as const }],
    }));
    return {
      title: { key: 'admin.relinkings' },
      intro: { key: 'admin.relinkings-intro' },
      back: null,
      links: [],
      choices: [],
      groups: [{ title: null, items }],
      firstHref: null,
      nextHref: null,
    };
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
