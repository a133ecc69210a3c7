import { holdsIdentityCode } from '../../../identity/holds-code.ts';
import { search } from '../../accounts/find.ts';
import { resend } from '../../accounts/resend.ts';
import { type AdminPage, wrong } from '../admin-page.ts';
import { ask } from '../asking.ts';

const referenceForm = /^[0-9a-f]{12}$/;
const idForm = /^[\w-]{1,64}$/;

/** One person, named in full: what is typed is sent by POST, and only the account's id comes into an address. */
export const find: AdminPage<'admin/find'> = {
  path: '/admin/people',
  view: 'admin/find',
  opens: search,
  fresh: false,
  show: ({ actor }, { who = '' }) => ({
    who: holdsIdentityCode(who) ? '' : who,
    links: resend.roles.includes(actor.role) ? [{ href: '/admin/resend', text: { key: 'admin.do-resend' } }] : [],
  }),
  submit: async (context, { who: typed }) => {
    if (typed === undefined) return null;
    const who = typed.trim();
    if (who === '') return wrong('who', { key: 'admin.find-required' });
    if (holdsIdentityCode(who)) return wrong('who', { key: 'admin.find-code' });
    if (who.length > 254) return wrong('who', { key: 'admin.find-nothing' });
    if (!who.includes('@') && !idForm.test(who)) return wrong('who', { key: 'admin.find-nothing' });
    // As an error page shows it; whatever else is written so is no id.
    if (referenceForm.test(who)) return { kind: 'done', path: `/admin/references/${who}` };
    const { output } = await ask(context, search, { body: who.includes('@') ? { address: who } : { id: who } });
    const [account] = output.accounts;
    if (account === undefined) return wrong('who', { key: 'admin.find-nothing' });
    return { kind: 'done', path: `/admin/people/${account.id}` };
  },
};
