import { readSecretFile, replaceSecretFile } from '../config/secret-file.ts';
import { cookieKeys, keyList, withoutComments } from '../config/secrets.ts';
import { OperationRefused } from '../control/operation.ts';
import { keyIdOf } from '../secrets/sealing.ts';

/** What rotates by a file of its own, one key a line. */
export type KeyKind = 'master' | 'index' | 'cookie';

/** What its lines must be, and the bytes that name one. Keys of cookies are whatever their operator has written. */
const kinds = {
  master: { parse: keyList.parse, bytesOf: (line: string) => Buffer.from(line, 'base64') },
  index: { parse: keyList.parse, bytesOf: (line: string) => Buffer.from(line, 'base64') },
  cookie: { parse: cookieKeys.parse, bytesOf: (line: string) => Buffer.from(line) },
} as const;

export const lineIdOf = (kind: KeyKind, line: string): string => keyIdOf(kinds[kind].bytesOf(line));

/**
 * Changes a file of keys, one a line, whole or not at all; its comments stay, above the keys. `change` is given the lines
 * in their order. Throws OperationRefused when the file cannot be changed here, or was changed by somebody else meanwhile.
 */
export async function changeKeyFile(
  { kind, path }: { readonly kind: KeyKind; readonly path: string },
  change: (lines: readonly string[]) => readonly string[],
): Promise<void> {
  const before = await contentOf(path);
  const content = withoutComments(before);
  if (kinds[kind].parse(content) === null)
    throw new OperationRefused(`${path} holds something else than keys of this kind, one a line.`);
  const comments = before.split('\n').filter((line) => line.startsWith('#'));
  const keys = content.split('\n').flatMap((line) => line.trim() || []);
  const lines = [...comments, ...change(keys)];
  // Two operators at once: the second one looks again. What is left of the race is the time of one rename.
  if ((await contentOf(path)) !== before)
    throw new OperationRefused(`${path} has just been changed: look and try again.`);
  try {
    await replaceSecretFile(path, `${lines.join('\n')}\n`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new OperationRefused(
      `${path} cannot be changed from here (${code}). Change it where it lies, as docs/identity-code.md says, then send ` +
        'SIGHUP to Avain or restart it.',
    );
  }
}

export const unknownKey = () => new OperationRefused('No key of that file has this id: avain keys list');

/** The other lines, behind or without the named one. Throws OperationRefused where it is not in the file. */
export function splitBy(
  kind: KeyKind,
  lines: readonly string[],
  id: string,
): { named: string; others: readonly string[] } {
  const named = lines.find((line) => lineIdOf(kind, line) === id);
  if (named === undefined) throw unknownKey();
  return { named, others: lines.filter((line) => line !== named) };
}

async function contentOf(path: string): Promise<string> {
  const file = await readSecretFile(path);
  if (!file) throw new OperationRefused(`${path} cannot be read.`);
  return file.content;
}
