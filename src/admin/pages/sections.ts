/** What the first page, and the list above every page, lead to: those sections of which the role may do the first operation. */
import type { AdminLink } from '../../http/admin-models.ts';
import type { TextKey } from '../../http/views.ts';
import { search } from '../accounts/find.ts';
import { list as relinkings } from '../accounts/relinking.ts';
import { list as clients } from '../clients/operations.ts';
import type { AdminOperation } from '../operation.ts';
import { audit, statistics } from '../reports/operations.ts';
import { dependencies, keys, outbox } from '../reports/state.ts';
import type { AdminRole } from '../role.ts';
import { lists } from '../rosters/operations.ts';
import { list as staff } from '../staff/operations.ts';

type Section = AdminLink & { readonly about: TextKey; readonly opens: Pick<AdminOperation, 'roles'> };

type Name = 'people' | 'relinkings' | 'clients' | 'rosters' | 'keys' | 'mails' | 'live' | 'charts' | 'staff' | 'audit';

/** `/admin/<name>`, in this order, each with the operation that its first page asks for. */
const opened: Readonly<Record<Name, Section['opens']>> = {
  people: search,
  relinkings,
  live: dependencies,
  charts: statistics,
  clients,
  rosters: lists,
  keys,
  mails: outbox,
  staff,
  audit,
};

const sections: readonly Section[] = Object.entries(opened).map(([key, opens]) => {
  // A cast: Object.entries forgets that a record's keys are its type's.
  const name = key as Name;
  return { href: `/admin/${name}`, text: { key: `admin.${name}` }, about: `admin.${name}-about`, opens };
});

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
