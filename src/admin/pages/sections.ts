/** What the first page, and the list above every page, lead to: those sections of which the role may do the first operation. */
import type { AdminLink } from '../../http/admin-models.ts';
import type { TextKey } from '../../http/views.ts';
import { search } from '../accounts/find.ts';
import { list as relinkings } from '../accounts/relinking.ts';
import type { AdminOperation } from '../operation.ts';
import type { AdminRole } from '../role.ts';

type Section = AdminLink & { readonly about: TextKey; readonly opens: Pick<AdminOperation, 'roles'> };

/** `/admin/<name>`, in this order. */
const section = <Name extends 'people' | 'relinkings'>(name: Name, opens: Section['opens']): Section => ({
  href: `/admin/${name}`,
  text: { key: `admin.${name}` },
  about: `admin.${name}-about`,
  opens,
});

const sections: readonly Section[] = [section('people', search), section('relinkings', relinkings)];

export const sectionsOf = (role: AdminRole): readonly Section[] =>
  sections.filter(({ opens }) => opens.roles.includes(role));

/** In the list above a page: the section that the page is in is marked. */
export function navOf(role: AdminRole, path: string): readonly (AdminLink & { readonly here: boolean })[] {
  const home = { href: '/admin', text: { key: 'admin.title' }, here: path === '/admin' } as const;
  const others = sectionsOf(role).map(({ href, text }) => ({
    href,
    text,
    here: path === href || path.startsWith(`${href}/`),
  }));
  return [home, ...others];
}
