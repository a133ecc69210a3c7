/** How things stand at this moment: what Avain depends on, its keys, its mails and its lists. */
import { brokers, dependencies, keys as keyList, outbox } from '../../reports/state.ts';
import { lists } from '../../rosters/operations.ts';
import type { AdminPage } from '../admin-page.ts';
import { ask } from '../asking.ts';
import { at, facts, item, listModel } from '../list-model.ts';

/** Of this node: what it saw when it last asked them. */
export const live: AdminPage<'admin/list'> = {
  path: '/admin/live',
  view: 'admin/list',
  opens: dependencies,
  fresh: false,
  show: async (context) => {
    const [{ output }, ways] = await Promise.all([ask(context, dependencies), ask(context, brokers)]);
    const states = output.dependencies.map(({ name, state, since, code }) =>
      item(name.startsWith('broker:') ? name.slice('broker:'.length) : { key: `admin.dependency-${kindOf(name)}` }, {
        state: { kind: kinds[state], text: { key: `admin.dependency-is-${state}` } },
        facts: facts([
          ['admin.fact-since', at(since)],
          ['admin.fact-why', code],
        ]),
      }),
    );
    const doors = ways.output.brokers.map(({ id, enabled, methods }) =>
      item(id, {
        facts: facts([
          ['admin.fact-enabled', { key: enabled ? 'admin.yes' : 'admin.no' }],
          ['admin.fact-methods', methods.join(', ') || null],
        ]),
      }),
    );
    return listModel('admin.live', [
      { title: { key: 'admin.dependencies' }, items: states },
      { title: { key: 'admin.brokers' }, items: doors },
    ]);
  },
};

const kinds = { well: 'status', failing: 'warning', unknown: 'plain' } as const;

const kindOf = (name: string) =>
  (['storage', 'mail', 'clock', 'disk'] as const).find((kind) => kind === name) ?? 'another';

export const keys: AdminPage<'admin/list'> = {
  path: '/admin/keys',
  view: 'admin/list',
  opens: keyList,
  fresh: false,
  show: async (context) => {
    const { signing, master, index } = (await ask(context, keyList)).output;
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
    return listModel('admin.keys', groups, { intro: { key: 'admin.keys-intro' } });
  },
};

const stateOf = (state: string) =>
  (['pending', 'active', 'retiring', 'retired', 'revoked'] as const).find((one) => one === state) ?? 'another';

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
    return listModel('admin.mails', [{ title: null, items: [queue] }], { intro: { key: 'admin.mails-intro' } });
  },
};

export const rosters: AdminPage<'admin/list'> = {
  path: '/admin/rosters',
  view: 'admin/list',
  opens: lists,
  fresh: false,
  show: async (context) => {
    const { deps, locale, actor } = context;
    const { output } = await ask(context, lists);
    const items = output.lists.map(({ roster, county, countyEntries, fileEntries }) =>
      item(deps.config.rosters[roster]?.counties[county]?.name[locale] ?? county, {
        facts: facts([
          ['admin.fact-roster', roster],
          ['admin.fact-valid', countyEntries.valid + fileEntries.valid],
          ['admin.fact-by-county', countyEntries.entries],
          ['admin.fact-by-operator', fileEntries.entries],
        ]),
        links: actor.lists.some((own) => own.roster === roster && own.county === county)
          ? [{ href: `/staff/rosters/${roster}/${county}`, text: { key: 'admin.keep-roster' } as const }]
          : [],
      }),
    );
    return listModel('admin.rosters', [{ title: null, items }], { intro: { key: 'admin.rosters-intro' } });
  },
};
