/** What happened, by ids and codes: whose account it was leads to the person only for those who may see people. */
import { read } from '../../accounts/find.ts';
import { audit as search } from '../../reports/operations.ts';
import type { AdminPage } from '../admin-page.ts';
import { ask } from '../asking.ts';
import { at, facts, item, listModel } from '../list-model.ts';

const recordsAPage = 25;

/** What is asked for most, each by its event; all the others by the API and the command line. */
const shown = ['admin.read', 'admin-role.changed', 'account.barred', 'account.erased', 'relinking.confirmed'] as const;

export const audit: AdminPage<'admin/list'> = {
  path: '/admin/audit',
  view: 'admin/list',
  opens: search,
  fresh: false,
  show: async (context) => {
    const { ctx, path, actor } = context;
    const only = shown.find((event) => event === ctx.query.only);
    const cursor = typeof ctx.query.after === 'string' ? ctx.query.after : undefined;
    const query = { limit: recordsAPage, ...(only && { event: only }), ...(cursor !== undefined && { cursor }) };
    const { output } = await ask(context, search, { query });
    const kept = only ? `?only=${only}` : '';
    const items = output.records.map((record) =>
      item(record.event, {
        href: record.account !== null && read.roles.includes(actor.role) ? `/admin/people/${record.account}` : null,
        facts: facts([
          ['admin.fact-when', at(record.at)],
          ['admin.fact-id', record.account],
          ['admin.fact-client-id', record.client],
          ['admin.fact-actor', record.actor],
          [
            'admin.fact-details',
            Object.entries(record.details)
              .map(([name, value]) => `${name}: ${value}`)
              .join(', ') || null,
          ],
        ]),
      }),
    );
    return listModel('admin.audit', [{ title: null, items }], {
      choices: [undefined, ...shown].map((event) => ({
        href: event ? `${path}?only=${event}` : path,
        text: { key: event ? `admin.audit-${event}` : 'admin.events-all' },
        here: event === only,
      })),
      firstHref: cursor === undefined ? null : `${path}${kept}`,
      nextHref:
        output.next === null ? null : `${path}${kept}${kept ? '&' : '?'}after=${encodeURIComponent(output.next)}`,
    });
  },
};
