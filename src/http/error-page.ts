/**
 * The one place where a thrown error becomes an answer. Small errors keep their status, text and way on; anything else
 * is ours: 500 with a reference id, under which the log has the cause. Nothing personal is shown or logged.
 */

import type { Context, Middleware } from 'koa';
import { HashingOverloaded } from '../accounts/password.ts';
import type { Deps } from '../deps.ts';
import { codeOf, LimitReached, RequestRefused, TemporarilyUnavailable } from '../errors.ts';
import { ownPath } from './own-path.ts';
import type { Pages } from './pages.ts';
import { referenceOf } from './refusal.ts';
import type { ErrorModel, TextKey } from './views.ts';

const toStart: ErrorModel['wayOn'] = { href: '/', text: { key: 'common.to-start' } };

function small(title: TextKey, body: TextKey, wayOn: ErrorModel['wayOn'] = toStart): ErrorModel {
  return { title: { key: title }, body: { key: body }, id: null, wayOn };
}

type Known = { status: number; model: ErrorModel; retryAfterSeconds?: number; withId?: boolean };

/** Status and page of an error that is not ours; null = ours. */
function known(error: unknown, ctx: Context): Known | null {
  const again: ErrorModel['wayOn'] = { href: ownPath(ctx), text: { key: 'page.try-again' } };
  if (error instanceof RequestRefused) {
    const { title, body, wayOn } = error;
    return { status: error.status, model: { title, body, id: null, wayOn: wayOn ?? toStart } };
  }
  if (error instanceof LimitReached) {
    const { retryAfterSeconds } = error;
    const minutes = Math.ceil(retryAfterSeconds / 60);
    const body: ErrorModel['body'] = { key: 'page.too-many-body', params: { minutes } };
    return {
      status: 429,
      retryAfterSeconds,
      model: { ...small('page.too-many-title', 'page.busy-body', again), body },
    };
  }
  if (error instanceof TemporarilyUnavailable) {
    // With a reference id: a person who is told to try again, and again, has something to tell the support.
    return {
      status: 503,
      withId: true,
      retryAfterSeconds: 2,
      model: small('page.busy-title', 'page.busy-body', again),
    };
  }
  if (error instanceof HashingOverloaded) {
    return { status: 503, retryAfterSeconds: 2, model: small('page.busy-title', 'page.busy-body', again) };
  }
  return null;
}

export function errorPages({
  pages,
  log,
  random,
}: Pick<Deps, 'log' | 'random'> & { readonly pages: Pages }): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      // A program's 503, which the library has written: when to come back (RFC 9110 15.6.4).
      if (ctx.status === 503 && !ctx.response.get('Retry-After')) ctx.set('Retry-After', '2');
    } catch (error) {
      const answer = known(error, ctx);
      const id = referenceOf(ctx, random);
      if (answer === null) log.error({ err: error, reference: id, method: ctx.method, status: 500 }, 'request failed');
      else
        log.info(
          { code: codeOf(error), status: answer.status, ...(answer.withId && { reference: id }) },
          'request refused',
        );
      ctx.status = answer?.status ?? 500;
      if (answer?.retryAfterSeconds) ctx.set('Retry-After', String(answer.retryAfterSeconds));
      const model = answer?.model ?? small('page.error-title', 'page.error-body');
      pages.send(ctx, 'pages/error', answer === null || answer.withId ? { ...model, id } : model, {});
    }
  };
}
