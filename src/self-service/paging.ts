/** Long lists a page at a time, by plain links. */
import type { Context } from 'koa';
import type { Paging } from '../http/account-models.ts';

/** Further than anybody reads; more would only make the store count. */
const lastPage = 500;

/** 1 is the first, whatever else the address says. */
export function pageAsked(ctx: Pick<Context, 'query'>): number {
  const { page } = ctx.query;
  return typeof page === 'string' && /^[1-9]\d{0,2}$/.test(page) ? Math.min(Number(page), lastPage) : 1;
}

/** `found`: what was read from `skipOf(page)` on, one more than the page holds where there is more. */
export function pagingOf(page: number, found: number, size: number): Paging {
  return { page, newer: page > 1 ? page - 1 : null, older: found > size ? page + 1 : null };
}

export const skipOf = (page: number, size: number): number => (page - 1) * size;
