import { holdsIdentityCode } from '../../../identity/holds-code.ts';
import { resend } from '../../accounts/resend.ts';
import { type AdminPage, wrong } from '../admin-page.ts';
import { attempt } from '../asking.ts';

/** For somebody who waits for the activation mail: whoever has no account yet has no page either, so by the address. */
export const resendPage: AdminPage<'admin/action'> = {
  path: '/admin/resend',
  view: 'admin/action',
  opens: resend,
  fresh: true,
  show: (_, { who = '', reason = '' }) => ({
    title: { key: 'admin.do-resend' },
    subject: null,
    follows: [{ key: 'admin.follows-resend' }],
    back: { href: '/admin/people', text: { key: 'admin.back-to-search' } },
    who: holdsIdentityCode(who) ? '' : who,
    reason,
    choices: [],
    version: '',
    submit: { key: 'admin.do-resend' },
    danger: false,
  }),
  submit: async (context, { who, reason }) => {
    if (who === undefined || reason === undefined) return null;
    const tried = await attempt(context, resend, { body: { address: who.trim(), reason: reason.trim() } });
    if ('outcome' in tried) return tried.outcome;
    const { outcome } = tried.done.output;
    if (outcome === 'sent') return { kind: 'done', path: '/admin/people', done: 'resent' };
    return wrong('who', { key: `admin.resend-${outcome}` });
  },
};
