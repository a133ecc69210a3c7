/**
 * A page below /account. Like the steps of the ladder: `show` makes the model of its view, `form` is the schema of its
 * POST, `submit` decides what becomes of it. GET changes nothing; every POST ends in a 303, a 422 or a small error.
 */
import type { Context } from 'koa';
import type { z } from 'zod';
import { RequestRefused } from '../errors.ts';
import { browserOf } from '../http/browser.ts';
import { assertOwnForm } from '../http/csrf.ts';
import { type FormBody, formOf } from '../http/form.ts';
import { networkOf } from '../http/network.ts';
import type { FormError, Frame, TextKey, TextRef, ViewName, Views } from '../http/views.ts';
import type { BrowserHash } from '../ids.ts';
import { accountPlace } from './account-place.ts';
import { type DoneNotice, doneNotice } from './done.ts';
import { type FreshnessOf, type OwnPagesDeps, type SignedIn, signedIn } from './session-guard.ts';

export type AccountContext = SignedIn & {
  readonly deps: OwnPagesDeps;
  readonly ctx: Context;
  readonly browser: BrowserHash;
  readonly network: string;
};

export type AccountOutcome =
  /** To a page below /account, or away; `done` is told on it. */
  | { readonly kind: 'done'; readonly path: string; readonly done?: DoneNotice }
  /** The same page again with what is wrong. */
  | {
      readonly kind: 'retry';
      readonly status: 422 | 429;
      readonly errors: readonly FormError[];
      readonly retryAfterSeconds?: number;
    };

export type AccountSection = {
  readonly title: TextKey;
  /** One line on how things stand. */
  summary(context: AccountContext): TextRef;
};

export type AccountPageDefinition<View extends ViewName, Input> = {
  /** `/account/…` */
  readonly path: string;
  readonly view: View;
  /** Seen and sent only by somebody who proved themselves, or was strongly identified, in the last 10 minutes. */
  readonly fresh: FreshnessOf;
  /** How the overview tells of it and leads to it; absent = another page leads there. */
  readonly section?: AccountSection;
  /** The POST's fields; what does not parse is a malformed request, not a person's mistake. Absent = nothing to send. */
  readonly form?: z.ZodType<Input>;
  show(context: AccountContext, typed: FormBody): Views[View] | Promise<Views[View]>;
  submit?(context: AccountContext, input: Input): Promise<AccountOutcome>;
};

/** A page as the routes see it. */
export type AccountPage = {
  readonly path: string;
  readonly fresh: FreshnessOf;
  readonly section: AccountSection | null;
  readonly hasForm: boolean;
  render(context: AccountContext, frame: Frame, typed: FormBody): Promise<string>;
  /** null = the form does not fit the schema. */
  submit(context: AccountContext, body: FormBody): Promise<AccountOutcome> | null;
};

export function defineAccountPage<View extends ViewName, Input>(
  definition: AccountPageDefinition<View, Input>,
): AccountPage {
  const { path, fresh, section = null, form, submit } = definition;
  return {
    path,
    fresh,
    section,
    hasForm: form !== undefined,
    render: async (context, frame, typed) =>
      context.deps.renderer.render(definition.view, await definition.show(context, typed), frame),
    submit: (context, body) => {
      const parsed = form?.safeParse(body);
      return parsed?.success && submit ? submit(context, parsed.data) : null;
    },
  };
}

export const wrong = (field: FormError['field'], text: TextRef): AccountOutcome => ({
  kind: 'retry',
  status: 422,
  errors: [{ field, text }],
});

async function enter(deps: OwnPagesDeps, ctx: Context, page: AccountPage): Promise<AccountContext | null> {
  const person = await signedIn(deps, ctx, accountPlace, { page: page.path, fresh: page.fresh });
  return person && { ...person, deps, ctx, browser: browserOf(ctx).hash, network: networkOf(ctx) };
}

async function send(
  page: AccountPage,
  context: AccountContext,
  typed: FormBody,
  errors: readonly FormError[] = [],
): Promise<void> {
  const { ctx, deps, client, locale, csrfScope } = context;
  const frame = deps.pages.frame(ctx, { client, locale, path: page.path, csrfScope, journeyPath: null, errors });
  const done = errors.length === 0 ? doneNotice(ctx.query.done) : null;
  ctx.type = 'html';
  ctx.body = await page.render(context, { ...frame, done }, typed);
}

export function showAccountPage(deps: OwnPagesDeps, page: AccountPage) {
  return async (ctx: Context): Promise<void> => {
    const context = await enter(deps, ctx, page);
    if (context === null) return;
    ctx.status = 200;
    await send(page, context, {});
  };
}

export function submitAccountPage(deps: OwnPagesDeps, page: AccountPage) {
  return async (ctx: Context): Promise<void> => {
    const context = await enter(deps, ctx, page);
    if (context === null) return;
    const body = formOf(ctx);
    const wayOn = { href: page.path, text: { key: 'page.try-again' } } as const;
    const { csrfScope: scope } = context;
    const { keyring, config } = deps;
    assertOwnForm(ctx, { keyring, issuer: config.issuer, browser: browserOf(ctx), scope, token: body.csrf, wayOn });
    const submitted = page.submit(context, body);
    if (submitted === null) {
      const texts = { title: 'page.malformed-title', body: 'page.malformed-body' } as const;
      throw new RequestRefused(400, 'form-fields', texts, wayOn);
    }
    const outcome = await submitted;
    if (outcome.kind === 'done') {
      ctx.redirect(outcome.done ? `${outcome.path}?done=${outcome.done}` : outcome.path);
      ctx.status = 303;
      return;
    }
    ctx.status = outcome.status;
    if (outcome.retryAfterSeconds) ctx.set('Retry-After', String(outcome.retryAfterSeconds));
    // Of what was typed, a view shows only what is no secret.
    await send(page, context, body, outcome.errors);
  };
}
