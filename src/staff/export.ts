import { Readable } from 'node:stream';
import type { Context } from 'koa';
import { exportList } from '../rosters/export-list.ts';
import type { OwnPagesDeps } from '../self-service/session-guard.ts';
import { enterList } from './staff-page.ts';

/** The list as a file for spreadsheets: with a byte order mark, without which Excel takes UTF-8 for something else. */
export function sendExport(deps: OwnPagesDeps) {
  return async (ctx: Context): Promise<void> => {
    const context = await enterList(deps, ctx);
    if (context === null) return;
    ctx.status = 200;
    ctx.type = 'text/csv; charset=utf-8';
    ctx.attachment(`${context.list.roster}-${context.list.county}.csv`);
    if (ctx.method === 'HEAD') return;
    const { deps: own, list, locale, actor } = context;
    const lines = exportList(own, list, locale, actor);
    // The record and the first line come before the answer begins: what fails by then still gets its page.
    const first = await lines.next();
    ctx.body = Readable.from(linesOf(String(first.value), lines));
  };
}

async function* linesOf(first: string, others: AsyncIterable<string>): AsyncGenerator<string> {
  yield `\ufeff${first}\r\n`;
  for await (const line of others) yield `${line}\r\n`;
}
