import { readSecretFile, replaceSecretFile } from '../config/secret-file.ts';
import { keyList, withoutComments } from '../config/secrets.ts';
import { OperationRefused } from '../control/operation.ts';
import { keyIdOf } from '../secrets/sealing.ts';

/**
 * Changes a file of keys, one a line, whole or not at all; its comments stay, above the keys. `change` is given the keys
 * in their order. Throws OperationRefused when the file cannot be changed here, or was changed by somebody else meanwhile.
 */
export async function changeKeyFile(
  path: string,
  change: (keys: readonly Buffer[]) => readonly Buffer[],
): Promise<void> {
  const before = await contentOf(path);
  const keys = keyList.parse(withoutComments(before));
  if (keys === null) throw new OperationRefused(`${path} holds something else than keys of 32 bytes, one a line.`);
  const comments = before.split('\n').filter((line) => line.startsWith('#'));
  const lines = [...comments, ...change(keys).map((key) => key.toString('base64'))];
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

/** The other keys, behind or without the named one. Throws OperationRefused where it is not in the file. */
export function splitBy(keys: readonly Buffer[], id: string): { named: Buffer; others: readonly Buffer[] } {
  const named = keys.find((key) => keyIdOf(key) === id);
  if (!named) throw unknownKey();
  return { named, others: keys.filter((key) => key !== named) };
}

async function contentOf(path: string): Promise<string> {
  const file = await readSecretFile(path);
  if (!file) throw new OperationRefused(`${path} cannot be read.`);
  return file.content;
}
