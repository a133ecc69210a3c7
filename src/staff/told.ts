/** How a list and its entries are told on the pages. */
import type { Locale } from '../http/locale.ts';
import type { ToldEntry } from '../http/staff-models.ts';
import type { Instant } from '../ids.ts';
import { momentOf, type Side } from '../rosters/moment.ts';
import type { EntryView } from '../rosters/view.ts';
import type { StaffList } from './staff-lists.ts';
import type { ListContext, StaffContext } from './staff-page.ts';

/** The services that ask for this roster, by name. */
export function servicesOf(
  { clients, locale }: { clients: StaffContext['deps']['clients']; locale: Locale },
  list: StaffList,
) {
  const names = [...clients.values()]
    .filter(({ roster }) => roster?.id === list.roster)
    .map(({ name }) => name[locale]);
  return names.join(', ');
}

export function ofList({ deps, locale, list, listPath }: ListContext) {
  const services = servicesOf({ clients: deps.clients, locale }, list);
  return { county: list.name[locale], services, listHref: listPath };
}

/** A day, or a minute where an entry does not begin or end with a day. */
function moment({ deps, locale }: StaffContext, at: Instant, side: Side): string {
  const { day, time } = momentOf(at, side);
  return time === null ? deps.texts.date(locale, day) : deps.texts.datetime(locale, at);
}

export function toldEntry(context: ListContext, view: EntryView): ToldEntry {
  const { id, kind, address, note, state, source, validFrom, validTo } = view;
  return {
    ...{ kind, address, note, state, source },
    href: `${context.listPath}/entries/${id}`,
    from: moment(context, validFrom, 'from'),
    to: validTo === null ? null : moment(context, validTo, 'to'),
  };
}
