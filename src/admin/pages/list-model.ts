import type { AdminItem, AdminListModel, Fact, Told } from '../../http/admin-models.ts';
import type { TextKey } from '../../http/views.ts';

/** A list with nothing but what is given. */
export function listModel(
  title: TextKey,
  groups: AdminListModel['groups'],
  more: Partial<Omit<AdminListModel, 'title' | 'groups'>> = {},
): AdminListModel {
  return {
    title: { key: title },
    groups,
    intro: null,
    back: null,
    links: [],
    choices: [],
    firstHref: null,
    nextHref: null,
    ...more,
  };
}

/** One thing of a list, of which at least the name is known. */
export const item = (title: Told, more: Partial<Omit<AdminItem, 'title'>> = {}): AdminItem => ({
  title,
  href: null,
  state: null,
  facts: [],
  links: [],
  ...more,
});

/** What is null is left out. */
export function facts(rows: readonly (readonly [TextKey, Told | null])[]): readonly Fact[] {
  return rows.flatMap(([key, value]) => (value === null ? [] : [{ label: { key }, value }]));
}

export const at = (time: string | null): Told | null => (time === null ? null : { at: Date.parse(time) });
