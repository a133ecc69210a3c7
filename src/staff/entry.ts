import { RequestRefused } from '../errors.ts';
import type { FormBody } from '../http/form.ts';
import type { RosterEntryId } from '../ids.ts';
import { changeEntry, type Edited, type EntryFields, removeEntry } from '../rosters/edit.ts';
import { startOfMinute } from '../rosters/moment.ts';
import { type EntryView, viewOf } from '../rosters/view.ts';
import { readFields, writtenFields } from './entry-fields.ts';
import { type ListContext, paramsOf, type StaffOutcome, type StaffPage } from './staff-page.ts';
import { ofList, toldEntry } from './told.ts';

/** Throws RequestRefused 404 where it is gone, or of another list. */
async function shownEntry({ deps, ctx, list, listPath }: ListContext): Promise<EntryView> {
  const entry = await deps.storage.rosters.byId(idOf(ctx));
  if (entry && entry.roster === list.roster && entry.county === list.county) return viewOf(deps, entry);
  const texts = { title: 'staff.gone-title', body: 'staff.gone-body' } as const;
  throw new RequestRefused(404, 'no-such-entry', texts, { href: listPath, text: { key: 'staff.back' } });
}

// A cast: what is no id is nobody's.
const idOf = (ctx: ListContext['ctx']) => (paramsOf(ctx).id ?? '') as RosterEntryId;

const versionOf = ({ version = '' }: FormBody): number | null => (/^\d{1,9}$/.test(version) ? Number(version) : null);

/** One entry: its dates and its note can be changed, and it can be ended at once. */
export const entry: StaffPage<ListContext, 'staff/entry'> = {
  view: 'staff/entry',
  show: async (context, typed) => {
    const view = await shownEntry(context);
    const stored = writtenFields(view);
    const { validFrom = stored.validFrom, validTo = stored.validTo, note = stored.note } = typed;
    return {
      ...ofList(context),
      ...{ validFrom, validTo, note, version: view.version, addedAt: view.addedAt },
      entry: toldEntry(context, view),
      removeHref: `${context.listPath}/entries/${view.id}/remove`,
    };
  },
  submit: async (context, body) => {
    const version = versionOf(body);
    if (version === null) return null;
    if (body.action === 'end') return end(context, version);
    if (body.action !== 'save') return null;
    const fields = readFields(body);
    if (!('validFrom' in fields)) return { kind: 'retry', errors: fields };
    return told(context, await change(context, version, () => fields), 'changed');
  },
};

function change(
  { deps, ctx, list, actor }: ListContext,
  version: number,
  fields: (current: EntryFields) => EntryFields,
): Promise<Edited> {
  return changeEntry(deps, { list, id: idOf(ctx), version }, fields, actor);
}

/** From this minute on. */
async function end(context: ListContext, version: number): Promise<StaffOutcome> {
  const now = startOfMinute(context.deps.clock.now());
  const endsNow = (current: EntryFields) => ({ ...current, validTo: now });
  const { state } = await shownEntry(context);
  if (state !== 'valid') return { kind: 'retry', errors: notValid, typed: false };
  return told(context, await change(context, version, endsNow), 'ended');
}

const notValid = [{ field: null, text: { key: 'staff.not-valid-now' } }] as const;
const stale = {
  kind: 'retry',
  errors: [{ field: null, text: { key: 'staff.changed-meanwhile' } }],
  typed: false,
} as const;

function told({ listPath }: ListContext, edited: Edited, done: 'changed' | 'ended'): StaffOutcome {
  if (edited.outcome === 'missing') return { kind: 'done', path: listPath, done: 'gone' };
  // What somebody else has made of it is shown, and can be changed from there.
  if (edited.outcome === 'stale') return stale;
  return { kind: 'done', path: listPath, done: edited.outcome === 'changed' ? done : 'unchanged' };
}

/** The question before an entry goes for good. */
export const remove: StaffPage<ListContext, 'staff/remove'> = {
  view: 'staff/remove',
  show: async (context) => {
    const view = await shownEntry(context);
    return { ...ofList(context), entry: toldEntry(context, view), version: view.version };
  },
  submit: async (context, body) => {
    const { deps, ctx, list, listPath, actor } = context;
    const version = versionOf(body);
    if (version === null) return null;
    const { outcome } = await removeEntry(deps, { list, id: idOf(ctx), version }, actor);
    if (outcome === 'stale') return stale;
    return { kind: 'done', path: listPath, done: outcome === 'removed' ? 'removed' : 'gone' };
  },
};
