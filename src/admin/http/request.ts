/** What of a request an operation is given: every part strict, and looked at before anything is done. */
import type { Context } from 'koa';
import type { AdminOperation } from '../operation.ts';
import { AdminRefused } from '../refusal.ts';

export const longestBodyBytes = 1_000_000;

/** Bytes of the body; none where there is none. @throws AdminRefused */
export async function bodyOf(ctx: Context): Promise<Buffer> {
  if (Number(ctx.get('Content-Length')) > longestBodyBytes) throw tooLarge(ctx);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of ctx.req) {
    length += chunk.length;
    if (length > longestBodyBytes) throw tooLarge(ctx);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What is still on its way is not read: the connection ends with the answer. */
function tooLarge(ctx: Context): AdminRefused {
  ctx.set('Connection', 'close');
  return new AdminRefused('too-large', `At most ${longestBodyBytes} bytes.`);
}

/** @throws AdminRefused */
export function jsonOf(ctx: Context, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (ctx.is('application/json') !== 'application/json') throw new AdminRefused('media-type');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    if (!isPlain(text)) throw malformed();
    return value;
  } catch {
    throw malformed();
  }
}

/** More than any operation takes. */
const deepest = 20;
const parts = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}[\]]/g;

/**
 * Of text that is JSON: whether it is shallow, and no object has a key twice, of which JSON.parse takes the last and another
 * reader the first (security R59). In one go over the text: to compare each key with each would hold everybody up.
 */
function isPlain(text: string): boolean {
  const open: Set<string>[] = [];
  for (const [part, colon] of text.matchAll(parts)) {
    const names = open.at(-1);
    if (part === '{' || part === '[') open.push(new Set());
    else if (part === '}' || part === ']') open.pop();
    else if (colon !== undefined && names) {
      const { size } = names;
      // Parsed: a key may be written in several ways.
      if (names.add(JSON.parse(part.slice(0, -colon.length))).size === size) return false;
    }
    if (open.length > deepest) return false;
  }
  return true;
}

const malformed = () => new AdminRefused('malformed', 'The body is no JSON, or has a key twice.');

/** Each parameter once. @throws AdminRefused */
export function queryOf(ctx: Context): Readonly<Record<string, string>> {
  const entries = [...new URLSearchParams(ctx.querystring)];
  const query = Object.fromEntries(entries);
  if (Object.keys(query).length < entries.length) throw new AdminRefused('malformed', 'Each parameter once.');
  return query;
}

/**
 * The version that was seen; null = there shall be none yet; undefined = it was not said. `*` says nothing about what was
 * seen, so it counts as not said.
 */
export function seenVersion(ctx: Context): string | null | undefined {
  const [, version] = /^"([\w-]{1,64})"$/.exec(ctx.get('If-Match').trim()) ?? [];
  if (version !== undefined) return version;
  return ctx.get('If-None-Match').trim() === '*' ? null : undefined;
}

export type Matched = { readonly operation: AdminOperation; readonly params: Readonly<Record<string, string>> };

/** The operations at this path, by their methods; none = there is no such path. */
export function matchingPath(operations: readonly AdminOperation[]): (path: string) => ReadonlyMap<string, Matched> {
  const patterns = operations.map((operation) => ({ operation, pattern: patternOf(operation.path) }));
  return (path) => {
    const found = patterns.flatMap(({ operation, pattern }) => {
      const groups = pattern.exec(path)?.groups;
      return groups || pattern.test(path) ? [{ operation, params: decoded(groups ?? {}) }] : [];
    });
    // `/accounts/search` is also some account's path: the one in which more is fixed is meant.
    const fixed = found.filter(({ params }) => Object.keys(params).length === 0);
    return new Map((fixed.length > 0 ? fixed : found).map((one) => [one.operation.method, one]));
  };
}

function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(/[.]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

function decoded(groups: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]));
  } catch {
    throw new AdminRefused('not-found');
  }
}
