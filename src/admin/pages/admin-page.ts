/**
 * /admin: the pages of those who run Avain and help its users. They sign in like anybody else, through Avain itself and
 * always with strong identification (self-service/session-guard.ts holds that on every page). A page decides nothing:
 * it asks `perform` (admin/perform.ts), as the admin API does, which knows who may do what and records what was read.
 *
 * Promise: whoever has no role here, or not the one that a page needs, gets one page and one status, which names nothing.
 * GET changes nothing; every POST ends in a 303, a 422 or a small error.
 */
import type { Context } from 'koa';
import { RequestRefused } from '../../errors.ts';
import { browserOf } from '../../http/browser.ts';
import { assertOwnForm } from '../../http/csrf.ts';
import { type FormBody, formOf } from '../../http/form.ts';
import type { FormError, FormField, TextRef, ViewName, Views } from '../../http/views.ts';
import { type OwnPagesDeps, type SignedIn, signedIn } from '../../self-service/session-guard.ts';
import { staffLists } from '../../staff/staff-lists.ts';
import type { AdminActor, AdminDeps, AdminOperation } from '../operation.ts';
import { adminPlace } from './admin-place.ts';
import { type AdminDone, adminDone } from './done.ts';
import { navOf } from './sections.ts';

export type AdminPagesDeps = OwnPagesDeps & AdminDeps;

export type PageContext = SignedIn & {
  readonly deps: AdminPagesDeps;
  readonly ctx: Context;
  readonly actor: AdminActor & { readonly kind: 'person' };
  /** Of this page, without query. */
  readonly path: string;
  /** What the router found in the address. */
  readonly params: Readonly<Record<string, string>>;
};

export type AdminOutcome =
  | { readonly kind: 'done'; readonly path: string; readonly done?: AdminDone }
  | { readonly kind: 'retry'; readonly errors: readonly FormError[] };

export type AdminPage<View extends ViewName = ViewName> = {
  /** As the router has it: `/admin/people/:account`. */
  readonly path: string;
  readonly view: View;
  /** Whoever may do this sees the page; null = whoever has any role. */
  readonly opens: Pick<AdminOperation, 'roles'> | null;
  /** What changes something asks for a proof of the last minutes (security R31). */
  readonly fresh: boolean;
  show(context: PageContext, typed: FormBody): Views[View] | Promise<Views[View]>;
  /** null = what came is no form of this page. Absent = the page has none. */
  submit?(context: PageContext, body: FormBody): Promise<AdminOutcome | null>;
};

export const wrong = (field: FormField | null, text: TextRef): AdminOutcome => ({
  kind: 'retry',
  errors: [{ field, text }],
});

const notYours = { title: 'admin.not-yours-title', body: 'admin.not-yours-body' } as const;

export const notForThisRole = (cause: string): RequestRefused => new RequestRefused(403, cause, notYours);

/** Null when they were led to sign in, or to prove themselves anew, first. Throws RequestRefused 403. */
async function enter(deps: AdminPagesDeps, ctx: Context, page: Pick<AdminPage, 'opens' | 'fresh'>) {
  const person = await signedIn(deps, ctx, adminPlace, { page: ctx.path, fresh: false });
  if (person === null) return null;
  const { account } = person;
  const lists = staffLists(deps.config, account);
  const role = account.adminRole ?? (lists.length > 0 ? 'county' : null);
  if (role === null) throw notForThisRole('no-admin-role');
  if (page.opens !== null && !page.opens.roles.includes(role)) throw notForThisRole('other-admin-role');
  // Only now: nobody visits the bank for a page that is not theirs.
  if (page.fresh && (await signedIn(deps, ctx, adminPlace, { page: ctx.path, fresh: true })) === null) return null;
  // A cast: the router puts them there, as texts.
  const { params = {} } = ctx as Context & { readonly params?: Readonly<Record<string, string>> };
  const actor = { kind: 'person', accountId: account.id, role, lists } as const;
  return { ...person, deps, ctx, actor, path: ctx.path, params } satisfies PageContext;
}

export function showAdminPage<View extends ViewName>(deps: AdminPagesDeps, page: AdminPage<View>) {
  return async (ctx: Context): Promise<void> => {
    const context = await enter(deps, ctx, page);
    if (context === null) return;
    ctx.status = 200;
    await send(context, page, {}, []);
  };
}

export function submitAdminPage<View extends ViewName>(deps: AdminPagesDeps, page: AdminPage<View>) {
  return async (ctx: Context): Promise<void> => {
    const context = await enter(deps, ctx, page);
    if (context === null) return;
    const body = formOf(ctx);
    const wayOn = { href: context.path, text: { key: 'page.try-again' } } as const;
    const { issuer } = deps.config;
    const { csrfScope: scope } = context;
    assertOwnForm(ctx, { keyring: deps.keyring, issuer, browser: browserOf(ctx), scope, token: body.csrf, wayOn });
    const outcome = await page.submit?.(context, body);
    if (!outcome) {
      const texts = { title: 'page.malformed-title', body: 'page.malformed-body' } as const;
      throw new RequestRefused(400, 'form-fields', texts, wayOn);
    }
    if (outcome.kind === 'done') {
      ctx.redirect(outcome.done ? `${outcome.path}?done=${outcome.done}` : outcome.path);
      ctx.status = 303;
      return;
    }
    ctx.status = 422;
    await send(context, page, body, outcome.errors);
  };
}

async function send<View extends ViewName>(
  context: PageContext,
  page: AdminPage<View>,
  typed: FormBody,
  errors: readonly FormError[],
): Promise<void> {
  const { ctx, deps, client, locale, csrfScope, path } = context;
  const model = await page.show(context, typed);
  const at = { client, locale, path, csrfScope, journeyPath: null, errors, keptQuery: keptQuery(ctx) };
  const done = errors.length === 0 ? adminDone(ctx.query.done) : null;
  ctx.type = 'html';
  const pages = navOf(context.actor.role, path);
  ctx.body = deps.renderer.render(page.view, model, { ...deps.pages.frame(ctx, at), done, pages });
}

/** What a list was narrowed to stays when the language is switched. */
function keptQuery({ query }: Context): string {
  const kept = ['only', 'after'].flatMap((name) => {
    const value = query[name];
    return typeof value === 'string' ? [`&${name}=${encodeURIComponent(value)}`] : [];
  });
  return kept.join('');
}
