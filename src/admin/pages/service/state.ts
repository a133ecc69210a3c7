/** How things stand at this moment: what Avain depends on, and its lists. */
import { brokers, dependencies } from '../../reports/state.ts';
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
