/** The services that people sign in to: which are in force, where the store says otherwise, and reading them again. */
import { reload } from '../../clients/changes.ts';
import { drift, list } from '../../clients/operations.ts';
import type { AdminPage } from '../admin-page.ts';
import { ask, attempt } from '../asking.ts';
import { facts, item, listModel } from '../list-model.ts';

export const clients: AdminPage<'admin/list'> = {
  path: '/admin/clients',
  view: 'admin/list',
  opens: list,
  fresh: false,
  show: async (context) => {
    const { locale, actor } = context;
    const [{ output }, drifts] = await Promise.all([ask(context, list), ask(context, drift)]);
    const keysOf = (id: string) => drifts.output.drifts.find((one) => one.id === id)?.keys.map(({ key }) => key) ?? [];
    const items = output.clients.map(({ id, name, party, type, authMethod, keptIn, drift: drifted }) =>
      item(name[locale], {
        state: drifted ? { kind: 'warning', text: { key: 'admin.client-drift' } } : null,
        facts: facts([
          ['admin.fact-client-id', id],
          ['admin.fact-party', { key: party === 'third' ? 'admin.party-third' : 'admin.party-first' }],
          ['admin.fact-client-type', `${type}, ${authMethod}`],
          ['admin.fact-kept-in', { key: `admin.kept-in-${keptIn}` }],
          ['admin.fact-drift', keysOf(id).join(', ') || null],
        ]),
      }),
    );
    const links = reload.roles.includes(actor.role)
      ? [{ href: '/admin/clients/reload', text: { key: 'admin.do-reload' } as const }]
      : [];
    return listModel('admin.clients', [{ title: null, items }], { intro: { key: 'admin.clients-intro' }, links });
  },
};

/** All of them or none: what is wrong with one leaves those that are in force. */
export const reloadClients: AdminPage<'admin/action'> = {
  path: '/admin/clients/reload',
  view: 'admin/action',
  opens: reload,
  fresh: true,
  show: () => ({
    title: { key: 'admin.do-reload' },
    subject: null,
    follows: [{ key: 'admin.follows-reload' }],
    back: { href: clients.path, text: { key: 'admin.clients' } },
    who: null,
    reason: null,
    choices: [],
    version: '',
    submit: { key: 'admin.do-reload' },
    danger: false,
  }),
  submit: async (context) => {
    const tried = await attempt(context, reload, {});
    return 'outcome' in tried ? tried.outcome : { kind: 'done', path: clients.path, done: 'reloaded' };
  },
};
