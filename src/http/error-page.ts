/**
 * The one place where a thrown error becomes an answer. Small errors keep their status, text and way on; anything else
 * is ours: 500 with a reference id, under which the log has the cause. Nothing personal is shown or logged.
 */

import type { Context, Middleware } from 'koa';
import { HashingOverloaded } from '../accounts/password.ts';
import type { Deps } from '../deps.ts';
import { codeOf, LimitReached, RequestRefused, TemporarilyUnavailable } from '../errors.ts';
import { noteShownError } from '../timeline/shown-error.ts';
import { ownPath } from './own-path.ts';
import type { Pages } from './pages.ts';
import { referenceOf } from './refusal.ts';
import type { ErrorModel, TextKey } from './views.ts';

const toStart: ErrorModel['wayOn'] = { href: '/', text: { key: 'common.to-start' } };

function small(title: TextKey, body: TextKey, wayOn: ErrorModel['wayOn'] = toStart): ErrorModel {
  return { title: { key: title }, body: { key: body }, id: null, wayOn };
}

/** `reference`: shown, and what it leads to is kept; `logged`: shown, and only the log tells, for the store is away. */
type Known = {
  status: number;
  model: ErrorModel;
  retryAfterSeconds?: number;
  reference: 'kept' | 'logged' | 'none';
};

/** An address that is no page of ours has no story that support could tell. */
const withoutStory = new Set([404, 405]);

/** Status and page of an error that is not ours; null = ours. */
function known(error: unknown, ctx: Context): Known | null {
  const again: ErrorModel['wayOn'] = { href: ownPath(ctx), text: { key: 'page.try-again' } };
  if (error instanceof RequestRefused) {
    const { title, body, wayOn } = error;
    const reference = withoutStory.has(error.status) ? 'none' : 'kept';
    return { status: error.status, reference, model: { title, body, id: null, wayOn: wayOn ?? toStart } };
  }
  if (error instanceof LimitReached) {
    const { retryAfterSeconds } = error;
    const minutes = Math.ceil(retryAfterSeconds / 60);
    const body: ErrorModel['body'] = { key: 'page.too-many-body', params: { minutes } };
    return {
      status: 429,
      reference: 'kept',
      retryAfterSeconds,
      model: { ...small('page.too-many-title', 'page.busy-body', again), body },
    };
  }
  if (error instanceof TemporarilyUnavailable) {
    // With a reference id: a person who is told to try again, and again, has something to tell the support.
    return {
      status: 503,
      reference: 'logged',
      retryAfterSeconds: 2,
      model: small('page.busy-title', 'page.busy-body', again),
    };
  }
  if (error instanceof HashingOverloaded) {
    return {
      status: 503,
      reference: 'kept',
      retryAfterSeconds: 2,
      model: small('page.busy-title', 'page.busy-body', again),
    };
  }
  return null;
}

type ErrorPageDeps = Pick<Deps, 'log' | 'random' | 'storage' | 'clock'> & { readonly pages: Pages };

/** Tells the log, and the one whom the person will ask. */
async function tell(deps: ErrorPageDeps, ctx: Context, error: unknown, answer: Known | null): Promise<string | null> {
  const { log, random } = deps;
  const reference = referenceOf(ctx, random);
  const status = answer?.status ?? 500;
  if (answer === null) log.error({ err: error, reference, method: ctx.method, status }, 'request failed');
  else log.info({ code: codeOf(error), status, ...(answer.reference !== 'none' && { reference }) }, 'request refused');
  if (answer?.reference === 'none') return null;
  // What an error of ours says may be anything: its message is for the log only.
  const code = answer === null ? 'fault-of-ours' : codeOf(error);
  if (answer?.reference !== 'logged') await noteShownError(deps, ctx, { reference, code, status });
  return reference;
}

export function errorPages(deps: ErrorPageDeps): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      // A program's 503, which the library has written: when to come back (RFC 9110 15.6.4).
      if (ctx.status === 503 && !ctx.response.get('Retry-After')) ctx.set('Retry-After', '2');
    } catch (error) {
      const answer = known(error, ctx);
      const id = await tell(deps, ctx, error, answer);
      ctx.status = answer?.status ?? 500;
      if (answer?.retryAfterSeconds) ctx.set('Retry-After', String(answer.retryAfterSeconds));
      const model = answer?.model ?? small('page.error-title', 'page.error-body');
      deps.pages.send(ctx, 'pages/error', { ...model, id }, {});
    }
  };
}
