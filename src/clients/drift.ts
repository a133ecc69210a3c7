import { isDeepStrictEqual } from 'node:util';
import type { ReadClient } from '../config/clients.ts';

/** One client that is both a file and in the store: the file is in force, and `keys` are where the store says otherwise. */
export type Drift = {
  readonly id: string;
  readonly keys: readonly { readonly key: string; readonly file: unknown; readonly storage: unknown }[];
};

/** Defaults count as written: a key that one of the two leaves out is no difference where the other says the same. */
export function driftOf(file: Pick<ReadClient, 'id' | 'file'>, stored: Pick<ReadClient, 'file'>): Drift {
  return { id: file.id, keys: differences(file.file, stored.file, '') };
}

function differences(file: unknown, storage: unknown, key: string): Drift['keys'] {
  if (isDeepStrictEqual(file, storage)) return [];
  if (!isGroup(file) || !isGroup(storage)) return [{ key, file, storage }];
  const names = [...new Set([...Object.keys(file), ...Object.keys(storage)])];
  return names.flatMap((name) => differences(file[name], storage[name], key === '' ? name : `${key}.${name}`));
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
