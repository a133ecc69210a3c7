/** Reads the forms of our own pages; the provider reads its own bodies (decisions.md §8). */
import { bodyParser } from '@koa/bodyparser';
import type { Context, Middleware } from 'koa';
import { RequestRefused, type WayOn } from '../errors.ts';
import { ownPath } from './own-path.ts';

export type FormBody = Readonly<Record<string, string>>;

const malformed = { title: 'page.malformed-title', body: 'page.malformed-body' } as const;
const tooLarge = { title: 'page.too-large-title', body: 'page.too-large-body' } as const;

/** The page the form stood on: our forms post to their page's own address. */
export const backToPage = (ctx: Context): WayOn => ({ href: ownPath(ctx), text: { key: 'page.try-again' } });

/** Urlencoded forms of at most 16 kB; other types are refused before they are read. */
export function formParser(): Middleware {
  const parse = bodyParser({
    enableTypes: ['form'],
    formLimit: '16kb',
    onError: (error, ctx) => {
      const wayOn = backToPage(ctx);
      if ('status' in error && error.status === 413) throw new RequestRefused(413, 'body-too-large', tooLarge, wayOn);
      throw new RequestRefused(400, 'body-malformed', malformed, wayOn);
    },
  });
  return async (ctx, next) => {
    if (ctx.method === 'POST' && !ctx.is('application/x-www-form-urlencoded')) {
      throw new RequestRefused(415, 'body-type', malformed, backToPage(ctx));
    }
    await parse(ctx, next);
  };
}

// Control characters but tab and line ends, and halves of surrogate pairs: no person types them into these fields.
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const unwanted = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/u;

/** Every field one plain string (security R59). @throws RequestRefused 400 for arrays, objects, control characters. */
export function formOf(ctx: Context): FormBody {
  return plainFields(ctx, ctx.request.body ?? {});
}

/** The same for a body that was read elsewhere. */
export function plainFields(ctx: Context, body: unknown): FormBody {
  const wayOn = backToPage(ctx);
  if (typeof body !== 'object' || body === null) throw new RequestRefused(400, 'body-malformed', malformed, wayOn);
  const fields = Object.entries(body);
  for (const [, value] of fields) {
    if (typeof value !== 'string' || unwanted.test(value)) {
      throw new RequestRefused(400, 'field-malformed', malformed, wayOn);
    }
  }
  return Object.fromEntries(fields);
}
