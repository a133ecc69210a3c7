import { read } from '../../accounts/find.ts';
import type { AdminPage } from '../admin-page.ts';
import { ask, attempt } from '../asking.ts';
import { type PersonActionName, personActionNames, personActions } from './actions.ts';

const personPath = ({ account }: Readonly<Record<string, string>>): string => `/admin/people/${account}`;

/** Says what follows, asks why, and does it if nobody has changed the account since. */
function actionPage(name: PersonActionName): AdminPage<'admin/action'> {
  const { operation, danger, done } = personActions[name];
  return {
    path: `/admin/people/:account/${name}`,
    view: 'admin/action',
    opens: operation,
    fresh: true,
    show: async (context, { reason = '' }) => {
      const { output, version = '' } = await ask(context, read, { params: context.params });
      return {
        title: { key: `admin.do-${name}` },
        subject: output.address,
        follows: [{ key: `admin.follows-${name}` }],
        back: { href: personPath(context.params), text: { key: 'admin.back-to-person' } },
        who: null,
        reason,
        choices: [],
        version,
        submit: { key: `admin.do-${name}` },
        danger,
      };
    },
    submit: async (context, { reason, version }) => {
      if (reason === undefined || version === undefined) return null;
      const { params } = context;
      const tried = await attempt(context, operation, { params, body: { reason: reason.trim() }, seen: version });
      if ('outcome' in tried) return tried.outcome;
      return { kind: 'done', path: name === 'erase' ? '/admin/people' : personPath(params), done };
    },
  };
}

export const personActionPages: readonly AdminPage<'admin/action'>[] = personActionNames.map(actionPage);
