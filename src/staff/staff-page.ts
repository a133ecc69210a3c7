/**
 * /staff/rosters: a county's staff keep its list. They sign in like anybody else, through Avain itself and always with
 * strong identification (self-service/session-guard.ts holds that on every page). What they do to a list is in rosters/.
 *
 * Promise: whoever is not of a county's staff learns nothing, not even whether such a county or entry is known: one page
 * and one status for all of it.
 */
import type { Context } from 'koa';
import { staffClientId } from '../config/own-clients.ts';
import { RequestRefused } from '../errors.ts';
import { browserOf } from '../http/browser.ts';
import { assertOwnForm } from '../http/csrf.ts';
import { type FormBody, formOf } from '../http/form.ts';
import type { FormError, FormField, TextRef, ViewName, Views } from '../http/views.ts';
import { holdsIdentityCode } from '../identity/holds-code.ts';
import { type OwnPagesDeps, type Place, type SignedIn, signedIn } from '../self-service/session-guard.ts';
import { type StaffDone, staffDone } from './done.ts';
import { type StaffList, staffLists } from './staff-lists.ts';

export const staffPlace: Place = { clientId: staffClientId, path: '/staff/rosters' };

export type StaffContext = SignedIn & {
  readonly deps: OwnPagesDeps;
  readonly ctx: Context;
  readonly actor: { readonly by: 'staff'; readonly accountId: SignedIn['account']['id'] };
  /** All that this member of staff may change. */
  readonly lists: readonly StaffList[];
  /** Of this page, without query. */
  readonly path: string;
};

/** Below one list. */
export type ListContext = StaffContext & { readonly list: StaffList; readonly listPath: string };

export type StaffOutcome =
  | { readonly kind: 'done'; readonly path: string; readonly done?: StaffDone }
  /** The same page again; `typed: false` = with what is stored by now, instead of what was typed. */
  | { readonly kind: 'retry'; readonly errors: readonly FormError[]; readonly typed?: false };

export type StaffPage<C extends StaffContext, View extends ViewName> = {
  readonly view: View;
  show(context: C, typed: FormBody): Views[View] | Promise<Views[View]>;
  /** null = what came is no form of this page. */
  submit?(context: C, body: FormBody): Promise<StaffOutcome | null>;
};

export const wrong = (field: FormField | null, text: TextRef): StaffOutcome => ({
  kind: 'retry',
  errors: [{ field, text }],
});

const notYours = { title: 'staff.not-yours-title', body: 'staff.not-yours-body' } as const;

/** Null when they were led to sign in first. Throws RequestRefused 403 for whoever is no staff. */
export async function enterStaff(deps: OwnPagesDeps, ctx: Context): Promise<StaffContext | null> {
  const person = await signedIn(deps, ctx, staffPlace, { page: ctx.path, fresh: false });
  if (person === null) return null;
  const lists = staffLists(deps.config, person.account);
  if (lists.length === 0) throw new RequestRefused(403, 'not-staff', notYours);
  const actor = { by: 'staff', accountId: person.account.id } as const;
  return { ...person, deps, ctx, actor, lists, path: ctx.path };
}

/** As above, for a list that is theirs. */
export async function enterList(deps: OwnPagesDeps, ctx: Context): Promise<ListContext | null> {
  const context = await enterStaff(deps, ctx);
  if (context === null) return null;
  const { roster, county } = paramsOf(ctx);
  const list = context.lists.find((one) => one.roster === roster && one.county === county);
  if (!list) throw new RequestRefused(403, 'not-their-list', notYours);
  return { ...context, list, listPath: `${staffPlace.path}/${list.roster}/${list.county}` };
}

/** What the router found in the address. */
export function paramsOf(ctx: Context): Readonly<Record<string, string>> {
  // A cast: the router puts them there, as texts.
  return (ctx as Context & { readonly params?: Readonly<Record<string, string>> }).params ?? {};
}

/** Throws RequestRefused 403 for a form that is not provably ours. */
export function assertStaffForm({ deps, ctx, csrfScope: scope, path }: StaffContext, body: FormBody): void {
  const { keyring, config } = deps;
  const wayOn = { href: path, text: { key: 'page.try-again' } } as const;
  assertOwnForm(ctx, { keyring, issuer: config.issuer, browser: browserOf(ctx), scope, token: body.csrf, wayOn });
}

export function malformed({ path }: StaffContext): RequestRefused {
  const texts = { title: 'page.malformed-title', body: 'page.malformed-body' } as const;
  return new RequestRefused(400, 'form-fields', texts, { href: path, text: { key: 'page.try-again' } });
}

type Enter<C> = (deps: OwnPagesDeps, ctx: Context) => Promise<C | null>;

export function showStaffPage<C extends StaffContext, View extends ViewName>(
  deps: OwnPagesDeps,
  enter: Enter<C>,
  page: StaffPage<C, View>,
) {
  return async (ctx: Context): Promise<void> => {
    const context = await enter(deps, ctx);
    if (context === null) return;
    ctx.status = 200;
    await send(context, page, {}, []);
  };
}

export function submitStaffPage<C extends StaffContext, View extends ViewName>(
  deps: OwnPagesDeps,
  enter: Enter<C>,
  page: StaffPage<C, View>,
) {
  return async (ctx: Context): Promise<void> => {
    const context = await enter(deps, ctx);
    if (context === null) return;
    const body = formOf(ctx);
    assertStaffForm(context, body);
    const outcome = await page.submit?.(context, body);
    if (!outcome) throw malformed(context);
    await answer(context, page, body, outcome);
  };
}

/** What may stand on a screen again of what was typed: no field with an identity code in it, wherever it was typed. */
export function withoutCodes(typed: FormBody): FormBody {
  return Object.fromEntries(Object.entries(typed).filter(([, text]) => text === undefined || !holdsIdentityCode(text)));
}

/** 303 to where it leads, or 422 with the page again. */
export async function answer<C extends StaffContext, View extends ViewName>(
  context: C,
  page: StaffPage<C, View>,
  body: FormBody,
  outcome: StaffOutcome,
): Promise<void> {
  const { ctx } = context;
  if (outcome.kind === 'done') {
    ctx.redirect(outcome.done ? `${outcome.path}?done=${outcome.done}` : outcome.path);
    ctx.status = 303;
    return;
  }
  ctx.status = 422;
  await send(context, page, outcome.typed === false ? {} : withoutCodes(body), outcome.errors);
}

async function send<C extends StaffContext, View extends ViewName>(
  context: C,
  page: StaffPage<C, View>,
  typed: FormBody,
  errors: readonly FormError[],
): Promise<void> {
  const { ctx, deps, client, locale, csrfScope, path } = context;
  const model = await page.show(context, typed);
  const at = { client, locale, path, csrfScope, journeyPath: null, errors, keptQuery: keptQuery(ctx) };
  const frame = deps.pages.frame(ctx, at);
  const done = errors.length === 0 ? staffDone(ctx.query.done) : null;
  ctx.type = 'html';
  ctx.body = deps.renderer.render(page.view, model, { ...frame, done });
}

/** What was searched for stays when the language is switched. */
function keptQuery({ query }: Context): string {
  const kept = ['find', 'shown', 'after'].flatMap((name) => {
    const value = query[name];
    return typeof value === 'string' ? [`&${name}=${encodeURIComponent(value)}`] : [];
  });
  return kept.join('');
}
