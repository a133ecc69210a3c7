/** Files that hold one secret each. */
import { randomUUID } from 'node:crypto';
import {
  chmod,
  chown,
  link,
  mkdir,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { dirname } from 'node:path';

export type FileState = Readonly<{ content: string; mode: number }>;

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Content and mode; null where there is nothing to read. */
export async function readSecretFile(path: string): Promise<FileState | null> {
  try {
    const state = await stat(path);
    // It has no end, and a client of the store may name it (`clientSecretFile`).
    if (state.isCharacterDevice()) return null;
    return { content: await readFile(path, 'utf8'), mode: state.mode };
  } catch {
    return null;
  }
}

/**
 * Writes a new secret whole or not at all, mode 0600 in a folder of 0700. Of several processes that start at the same
 * moment one wins; the others find its file, which is why callers read after writing.
 */
export async function writeSecretFile(path: string, content: string): Promise<void> {
  const dir = dirname(path);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  // An older folder may be wider open than a new one would be.
  await chmod(dir, 0o700);
  const draft = `${path}.${randomUUID()}.new`;
  await writeFile(draft, content, { mode: 0o600 });
  try {
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await unlink(draft);
  }
}

/** Makes a new name in a folder outlive a power cut: of a key that is used a moment later. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Replaces a secret that is there, whole or not at all, for whoever could read it before: same owner, same mode, but
 * never open to everybody. Through a link it replaces what the link points to.
 */
export async function replaceSecretFile(path: string, content: string): Promise<void> {
  const target = await realpath(path);
  const { mode, uid, gid } = await stat(target);
  const draft = `${target}.${randomUUID()}.new`;
  try {
    await writeFile(draft, content, { mode: 0o600, flush: true });
    await chown(draft, uid, gid);
    await chmod(draft, mode & 0o770);
    await rename(draft, target);
    await syncFolder(dirname(target));
  } finally {
    await rm(draft, { force: true });
  }
}
