/** What happened to one person, in words: of an account, or of whoever met an error page. */
import type { z } from 'zod';
import type { AdminTimelineModel } from '../../../http/admin-models.ts';
import type { TraceEntry } from '../../../timeline/trace.ts';
import type { Verdict } from '../../../timeline/verdict-names.ts';
import { eventWords, verdictWords } from '../../../timeline/words.ts';
import { entrySources, timeline } from '../../reports/operations.ts';
import type { AdminPage, PageContext } from '../admin-page.ts';
import { ask, nothingHere } from '../asking.ts';

type Shown = z.output<typeof timeline.output>;

/** What the words say already. */
const inWords = new Set(['mail', 'page', 'purpose']);

function askedOf({ ctx: { query } }: PageContext) {
  const only = entrySources.find((source) => source === query.only);
  const page =
    typeof query.page === 'string' && /^[1-9]\d{0,2}$/.test(query.page) ? Math.min(Number(query.page), 500) : 1;
  return { page, ...(only && { only }) };
}

function modelOf(context: PageContext, shown: Shown, back: AdminTimelineModel['back']): AdminTimelineModel {
  const { deps, locale, path } = context;
  const asked = askedOf(context);
  const href = (changes: { readonly only?: string; readonly page?: number }): string => {
    const query = new URLSearchParams(
      Object.entries(changes).map(([name, value]): [string, string] => [name, String(value)]),
    );
    return query.size === 0 ? path : `${path}?${query}`;
  };
  const kept = asked.only ? { only: asked.only } : {};
  const { verdict, shown: error, pages } = shown;
  const entries = shown.entries.toReversed();
  // Casts, here and below: the operation's description is wider than the table of words, from which its answer comes.
  const why = { ...verdict, at: verdict.at && Date.parse(verdict.at) } as unknown as Verdict;
  return {
    back,
    verdict: verdictWords(deps, locale, why),
    error: error && { at: Date.parse(error.at), code: error.code, status: error.status },
    choices: [undefined, ...entrySources].map((only) => ({
      href: href(only ? { only } : {}),
      text: { key: `admin.events-${only ?? 'all'}` },
      here: only === asked.only,
    })),
    entries: entries.map((entry) => ({
      at: Date.parse(entry.at),
      words: eventWords(deps, locale, entry as unknown as TraceEntry),
      service: entry.client && (deps.clients.get(entry.client)?.name[locale] ?? entry.client),
      actor: entry.actor,
      details: Object.entries(entry.details)
        .filter(([name]) => !inWords.has(name))
        .map(([name, value]) => `${name}: ${value}`)
        .join(', '),
    })),
    newerHref: asked.page > 1 ? href({ ...kept, page: asked.page - 1 }) : null,
    olderHref: asked.page < pages ? href({ ...kept, page: asked.page + 1 }) : null,
  };
}

/** @throws RequestRefused 404 where nothing at all is known */
async function shownOf(context: PageContext, which: { readonly id: string } | { readonly reference: string }) {
  const { output } = await ask(context, timeline, { body: { ...which, ...askedOf(context) } });
  if (!output.found) throw nothingHere();
  return output;
}

export const accountTimeline: AdminPage<'admin/timeline'> = {
  path: '/admin/people/:account/timeline',
  view: 'admin/timeline',
  opens: timeline,
  fresh: false,
  show: async (context) => {
    const { account: id = '' } = context.params;
    const back = { href: `/admin/people/${id}`, text: { key: 'admin.back-to-person' } } as const;
    return modelOf(context, await shownOf(context, { id }), back);
  },
};

export const referenceTimeline: AdminPage<'admin/timeline'> = {
  path: '/admin/references/:reference',
  view: 'admin/timeline',
  opens: timeline,
  fresh: false,
  show: async (context) => {
    const shown = await shownOf(context, { reference: context.params['reference'] ?? '' });
    const back =
      shown.account === null
        ? ({ href: '/admin/people', text: { key: 'admin.back-to-search' } } as const)
        : ({ href: `/admin/people/${shown.account}`, text: { key: 'admin.to-person' } } as const);
    return modelOf(context, shown, back);
  },
};
