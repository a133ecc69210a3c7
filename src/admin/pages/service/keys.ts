/** The keys, and the page on which the signing keys take turns before their time. */
import { rotate } from '../../keys/operations.ts';
import { keys as list } from '../../reports/state.ts';
import type { AdminPage } from '../admin-page.ts';
import { ask, attempt } from '../asking.ts';
import { at, facts, item, listModel } from '../list-model.ts';

export const keys: AdminPage<'admin/list'> = {
  path: '/admin/keys',
  view: 'admin/list',
  opens: list,
  fresh: false,
  show: async (context) => {
    const { signing, master, index } = (await ask(context, list)).output;
    const signers = signing.map(({ kid, alg, state, since, createdAt }) =>
      item(kid, {
        facts: facts([
          ['admin.fact-key-state', { key: `admin.key-${stateOf(state)}` }],
          ['admin.fact-since', at(since)],
          ['admin.fact-created', at(createdAt)],
          ['admin.fact-algorithm', alg],
        ]),
      }),
    );
    const plain = (ids: readonly string[]) => ids.map((id) => item(id));
    const groups = [
      { title: { key: 'admin.keys-signing' } as const, items: signers },
      { title: { key: 'admin.keys-master' } as const, items: plain(master) },
      { title: { key: 'admin.keys-index' } as const, items: plain(index) },
    ];
    const links = rotate.roles.includes(context.actor.role)
      ? [{ href: rotateKeys.path, text: { key: 'admin.do-rotate' } as const }]
      : [];
    return listModel('admin.keys', groups, { intro: { key: 'admin.keys-intro' }, links });
  },
};

const stateOf = (state: string) =>
  (['pending', 'active', 'retiring', 'retired', 'revoked'] as const).find((one) => one === state) ?? 'another';

/** Only with keys that verifiers know by now: what is urgent is done at the command line, with docs/keys.md at hand. */
export const rotateKeys: AdminPage<'admin/action'> = {
  path: '/admin/keys/rotate',
  view: 'admin/action',
  opens: rotate,
  fresh: true,
  show: (_, { reason = '' }) => ({
    title: { key: 'admin.do-rotate' },
    subject: null,
    follows: [{ key: 'admin.follows-rotate' }],
    back: { href: keys.path, text: { key: 'admin.keys' } },
    who: null,
    reason,
    choices: [],
    version: '',
    submit: { key: 'admin.do-rotate' },
    danger: false,
  }),
  submit: async (context, { reason }) => {
    if (reason === undefined) return null;
    const tried = await attempt(context, rotate, { body: { reason: reason.trim() } }, 'admin.rotate-too-early');
    return 'outcome' in tried ? tried.outcome : { kind: 'done', path: keys.path, done: 'rotated' };
  },
};
