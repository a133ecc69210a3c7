/** One county's list: its entries page by page, the newest first, and the search. */
import type { Context } from 'koa';
import { holdsIdentityCode } from '../identity/holds-code.ts';
import type { RosterEntryId } from '../ids.ts';
import { fingerprintsOf, type ListedPerson } from '../rosters/entry.ts';
import { readAddress, readCode } from '../rosters/typed.ts';
import { type Search, searchList } from '../rosters/view.ts';
import { openWords, sealWords } from './search-words.ts';
import { type ListContext, type StaffOutcome, type StaffPage, staffPlace, wrong } from './staff-page.ts';
import { ofList, toldEntry } from './told.ts';

const entriesAPage = 50;
const choices = ['current', 'ended', 'all'] as const;
const entryId = /^[0-9a-z]{9}[\w-]{16}$/;

type Asked = { readonly find: string | null; readonly shown: Search['shown']; readonly after: RosterEntryId | null };

function askedOf({ query }: Pick<Context, 'query'>): Asked {
  const { find, shown, after } = query;
  return {
    find: typeof find === 'string' && find !== '' ? find : null,
    shown: choices.find((one) => one === shown) ?? 'current',
    // A cast: what has the form of an id is one, or stands between two of them.
    after: typeof after === 'string' && entryId.test(after) ? (after as RosterEntryId) : null,
  };
}

function hrefOf(path: string, { find, shown, after }: Asked): string {
  const query = new URLSearchParams({
    ...(find !== null && { find }),
    ...(shown !== 'current' && { shown }),
    ...(after !== null && { after }),
  });
  return query.size === 0 ? path : `${path}?${query}`;
}

export const list: StaffPage<ListContext, 'staff/list'> = {
  view: 'staff/list',
  show: async (context) => {
    const { deps, ctx, listPath } = context;
    const asked = askedOf(ctx);
    const words = asked.find === null ? null : openWords(context, asked.find);
    const search = { ...asked, list: context.list, words };
    const { entries, next } = await searchList(deps, search, entriesAPage);
    const first = { ...asked, after: null };
    return {
      ...ofList(context),
      listsHref: staffPlace.path,
      entries: entries.map((view) => toldEntry(context, view)),
      words,
      choices: choices.map((shown) => ({
        shown,
        href: hrefOf(listPath, { ...first, shown }),
        chosen: shown === asked.shown,
      })),
      firstHref: asked.after === null ? null : hrefOf(listPath, first),
      nextHref: next === null ? null : hrefOf(listPath, { ...asked, after: next }),
      unfinished: next !== null && entries.length < entriesAPage,
    };
  },
  submit: async (context, { action, find = '' }) => {
    return action === 'search' ? searched(context, find.trim()) : null;
  },
};

/** Who is named in full is found at once, by fingerprint; anything else is looked for in what the entries say. */
async function searched(context: ListContext, find: string): Promise<StaffOutcome> {
  const { deps, listPath } = context;
  if (find === '') return { kind: 'done', path: listPath };
  const code = readCode(find, deps.clock.now());
  if (typeof code === 'object') return found(context, code);
  // Nothing that may be somebody's code goes into an address, be it sealed.
  if (holdsIdentityCode(find)) return wrong('find', { key: 'staff.wrong-code' });
  if (find.length > 200) return wrong('find', { key: 'staff.find-too-long' });
  const address = readAddress(find);
  const entry = typeof address === 'object' ? await findInList(context, address) : null;
  if (entry) return { kind: 'done', path: `${listPath}/entries/${entry.id}` };
  const asked = { find: sealWords(context, find), shown: 'all', after: null } as const;
  return { kind: 'done', path: hrefOf(listPath, asked) };
}

async function found(context: ListContext, person: ListedPerson): Promise<StaffOutcome> {
  const entry = await findInList(context, person);
  if (entry) return { kind: 'done', path: `${context.listPath}/entries/${entry.id}` };
  return wrong('find', { key: 'staff.not-listed' });
}

/** The county's own entry before the operator's. */
async function findInList({ deps, list: { roster, county } }: ListContext, person: ListedPerson) {
  const fingerprints = fingerprintsOf(deps.keyring, person);
  const find = (source: 'county' | 'file') => deps.storage.rosters.find({ roster, county, source }, fingerprints);
  return (await find('county')) ?? (await find('file'));
}
