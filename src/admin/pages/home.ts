import type { AdminPage } from './admin-page.ts';
import { adminPlace } from './admin-place.ts';
import { sectionsOf } from './sections.ts';

/** Who one is here, what one may do, and the way to it. */
export const home: AdminPage<'admin/home'> = {
  path: adminPlace.path,
  view: 'admin/home',
  opens: null,
  fresh: false,
  show: ({ account, actor: { role } }) => ({
    email: account.email,
    role: { key: `admin.role-${role}` },
    may: { key: `admin.may-${role}` },
    sections: sectionsOf(role).map(({ href, text, about }) => ({ href, text, about: { key: about } })),
  }),
  submit: async ({ deps, ctx }, { action }) => {
    if (action !== 'sign-out') return null;
    await deps.interactions.endSession(ctx);
    return { kind: 'done', path: `${adminPlace.path}/signed-out` };
  },
};
