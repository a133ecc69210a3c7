/** Who has a role here, and the page on which an owner gives one, another, or none. */
import { read } from '../../accounts/find.ts';
import { givenRoles } from '../../role.ts';
import { list, put } from '../../staff/operations.ts';
import { type AdminPage, wrong } from '../admin-page.ts';
import { ask, attempt } from '../asking.ts';
import { facts, item, listModel } from '../list-model.ts';

const none = 'none';

export const staff: AdminPage<'admin/list'> = {
  path: '/admin/staff',
  view: 'admin/list',
  opens: list,
  fresh: false,
  show: async (context) => {
    const { actor, ctx, path } = context;
    const { after } = ctx.query;
    const cursor = typeof after === 'string' ? after : undefined;
    const { output } = await ask(context, list, { query: cursor === undefined ? {} : { cursor } });
    const mayGive = put.roles.includes(actor.role);
    const items = output.staff.map(({ account, address, role }) =>
      item(address, {
        facts: facts([['admin.role', { key: `admin.role-${role}` }]]),
        links: mayGive ? [{ href: `/admin/people/${account}/role`, text: { key: 'admin.do-role' } as const }] : [],
      }),
    );
    return listModel('admin.staff', [{ title: null, items }], {
      intro: { key: mayGive ? 'admin.staff-intro' : 'admin.staff-about' },
      firstHref: cursor === undefined ? null : path,
      nextHref: output.next === null ? null : `${path}?after=${encodeURIComponent(output.next)}`,
    });
  },
};

const chosen = (role: string | undefined) => [...givenRoles, none].find((one) => one === role) ?? null;

export const giveRole: AdminPage<'admin/action'> = {
  path: '/admin/people/:account/role',
  view: 'admin/action',
  opens: put,
  fresh: true,
  show: async (context, { reason = '', role }) => {
    const { output, version = '' } = await ask(context, read, { params: context.params });
    const now = chosen(role) ?? output.adminRole ?? none;
    return {
      title: { key: 'admin.do-role' },
      subject: output.address,
      follows: [{ key: 'admin.follows-role' }],
      back: { href: `/admin/people/${output.id}`, text: { key: 'admin.back-to-person' } },
      who: null,
      reason,
      choices: ([...givenRoles, none] as const).map((value) => ({
        value,
        text: { key: `admin.role-${value}` },
        chosen: value === now,
      })),
      version,
      submit: { key: 'admin.do-role' },
      danger: false,
    };
  },
  submit: async (context, { reason, role: typed, version }) => {
    if (reason === undefined || version === undefined) return null;
    const role = chosen(typed);
    if (role === null) return wrong(null, { key: 'admin.role-required' });
    const body = { role: role === none ? null : role, reason: reason.trim() };
    const tried = await attempt(context, put, { params: context.params, body, seen: version });
    return 'outcome' in tried ? tried.outcome : { kind: 'done', path: staff.path, done: 'role' };
  },
};
