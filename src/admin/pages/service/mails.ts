/** Mails on their way out: the ones that wait, and the ones that were given up, for whoever helps people. */
import { mailWords } from '../../../timeline/words.ts';
import { resend } from '../../accounts/resend.ts';
import { list, retry } from '../../mails/operations.ts';
import { outbox } from '../../reports/state.ts';
import { type AdminPage, type PageContext, wrong } from '../admin-page.ts';
import { ask, attempt } from '../asking.ts';
import { at, facts, item, listModel } from '../list-model.ts';

const mailsAPage = 25;

export const mails: AdminPage<'admin/list'> = {
  path: '/admin/mails',
  view: 'admin/list',
  opens: outbox,
  fresh: false,
  show: async (context) => {
    const { waiting, oldestAt } = (await ask(context, outbox)).output;
    const queue = item(
      { key: 'admin.mail-queue' },
      {
        facts: facts([
          ['admin.fact-waiting', waiting],
          ['admin.fact-oldest', at(oldestAt)],
        ]),
      },
    );
    const depth = { title: null, items: [queue] };
    const intro = { key: 'admin.mails-intro' } as const;
    if (!list.roles.includes(context.actor.role)) return listModel('admin.mails', [depth], { intro });
    const { items, firstHref, nextHref } = await undelivered(context);
    const groups = [depth, { title: { key: 'admin.mails-undelivered' } as const, items }];
    return listModel('admin.mails', groups, { intro, firstHref, nextHref });
  },
};

async function undelivered(context: PageContext) {
  const { ctx, path } = context;
  const cursor = typeof ctx.query.after === 'string' ? ctx.query.after : undefined;
  const query = { limit: mailsAPage, ...(cursor !== undefined && { cursor }) };
  const { output } = await ask(context, list, { query });
  const items = output.mails.map(({ id, message, address, attempts, createdAt, dueAt, deadReason }) =>
    item(
      { key: mailWords(message) },
      {
        state:
          dueAt === null
            ? { kind: 'warning', text: { key: 'admin.mail-given-up' } }
            : { kind: 'status', text: { key: 'admin.mail-waits' } },
        facts: facts([
          ['admin.address', address],
          ['admin.fact-message', message],
          ['admin.fact-created', at(createdAt)],
          ['admin.fact-attempts', attempts],
          ['admin.fact-due', at(dueAt)],
          ['admin.fact-why', deadReason],
        ]),
        links:
          dueAt === null ? anew(context, message) : [{ href: `${path}/${id}/retry`, text: { key: 'admin.do-retry' } }],
      },
    ),
  );
  return {
    items,
    firstHref: cursor === undefined ? null : path,
    nextHref: output.next === null ? null : `${path}?after=${encodeURIComponent(output.next)}`,
  };
}

/** What was said is deleted; of all mails only this one is ordered by staff, all others by whoever wants them. */
const anew = ({ actor }: PageContext, message: string) =>
  message === 'activate' && resend.roles.includes(actor.role)
    ? [{ href: '/admin/resend', text: { key: 'admin.do-resend' } as const }]
    : [];

export const retryMail: AdminPage<'admin/action'> = {
  path: '/admin/mails/:id/retry',
  view: 'admin/action',
  opens: retry,
  fresh: true,
  show: (_, { reason = '' }) => ({
    title: { key: 'admin.do-retry' },
    subject: null,
    follows: [{ key: 'admin.follows-retry' }],
    back: { href: mails.path, text: { key: 'admin.mails' } },
    who: null,
    reason,
    choices: [],
    version: '',
    submit: { key: 'admin.do-retry' },
    danger: false,
  }),
  submit: async (context, { reason }) => {
    if (reason === undefined) return null;
    const input = { params: { mail: context.params.id }, body: { reason: reason.trim() } };
    const tried = await attempt(context, retry, input);
    if ('outcome' in tried) return tried.outcome;
    if (tried.done.output.outcome === 'given-up') return wrong(null, { key: 'admin.retry-given-up' });
    return { kind: 'done', path: mails.path, done: 'retried' };
  },
};
