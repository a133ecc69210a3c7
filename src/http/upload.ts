/** Reads a form that carries a file (multipart/form-data, RFC 7578), whole and in memory: for small files of signed-in people. */
import type { Context } from 'koa';
import { RequestRefused } from '../errors.ts';
import { backToPage, type FormBody, plainFields } from './form.ts';

const mostDropped = 20_000_000;

export type Upload = {
  readonly fields: FormBody;
  /** The field `file`; null where none was chosen. */
  readonly file: Buffer | null;
};

const malformed = { title: 'page.malformed-title', body: 'page.malformed-body' } as const;
const tooLarge = { title: 'page.too-large-title', body: 'page.too-large-body' } as const;

/** @throws RequestRefused 413 beyond `maxBytes`, 415 for another type, 400 for what is no such form. */
export async function readUpload(ctx: Context, maxBytes: number): Promise<Upload> {
  if (!ctx.is('multipart/form-data')) throw new RequestRefused(415, 'body-type', malformed, backToPage(ctx));
  const form = await parsed(ctx, await bodyOf(ctx, maxBytes));
  if (form === null) throw new RequestRefused(400, 'body-malformed', malformed, backToPage(ctx));
  const names = [...form.keys()];
  const files = [...form].filter(([, value]) => typeof value !== 'string');
  if (new Set(names).size !== names.length || files.some(([name]) => name !== 'file')) {
    throw new RequestRefused(400, 'field-malformed', malformed, backToPage(ctx));
  }
  const chosen = form.get('file');
  // Without a choice browsers send an empty file.
  const file = chosen instanceof Blob && chosen.size > 0 ? Buffer.from(await chosen.arrayBuffer()) : null;
  return { fields: plainFields(ctx, Object.fromEntries([...form].filter(([name]) => name !== 'file'))), file };
}

async function bodyOf(ctx: Context, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  // A cast: without an encoding the request gives buffers.
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    length += chunk.length;
    // A little more is read and dropped, so that the sender gets to read the answer; who sends without end gets none.
    if (length <= maxBytes) chunks.push(chunk);
    else if (length > mostDropped) break;
  }
  if (length > maxBytes) throw new RequestRefused(413, 'body-too-large', tooLarge, backToPage(ctx));
  return Buffer.concat(chunks);
}

/** By the parser that Node has for fetch. */
async function parsed(ctx: Context, body: Buffer): Promise<FormData | null> {
  try {
    return await new Response(new Uint8Array(body), {
      headers: { 'content-type': ctx.get('content-type') },
    }).formData();
  } catch {
    return null;
  }
}
