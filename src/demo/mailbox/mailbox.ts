import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../error-code.ts';
import type { Message } from './message.ts';

/** All mails of the demo world, newest first; the oldest are forgotten beyond the bound. */
export type Mailbox = Readonly<{
  /** Kept on disk when this resolves. */
  add(message: Message): Promise<void>;
  /** Newest first; only those to `address` (case does not matter) where one is given. */
  list(address?: string): readonly Message[];
  find(id: string): Message | undefined;
  empty(): Promise<void>;
}>;

const keptMessages = 500;

/** Opens the mailbox kept in `<directory>/mailbox.json`; an unreadable file is an error, not an empty mailbox. */
export async function openMailbox(directory: string): Promise<Mailbox> {
  const file = join(directory, 'mailbox.json');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  let messages = await readMessages(file);
  let writing = Promise.resolve();

  const keep = (): Promise<void> => {
    const written = writing.then(() => writeWhole(file, JSON.stringify(messages)));
    writing = written.catch(() => undefined);
    return written;
  };
  return {
    add(message) {
      messages = [message, ...messages].slice(0, keptMessages);
      return keep();
    },
    list(address) {
      return address === undefined ? messages : messages.filter((message) => wentTo(message, address));
    },
    find: (id) => messages.find((message) => message.id === id),
    empty() {
      messages = [];
      return keep();
    },
  };
}

function wentTo(message: Message, address: string): boolean {
  return message.to.toLowerCase().split(', ').includes(address.trim().toLowerCase());
}

async function readMessages(file: string): Promise<readonly Message[]> {
  try {
    // Only this program writes the file, whole, by renaming.
    return JSON.parse(await readFile(file, 'utf8')) as readonly Message[];
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw new Error(`The mails in ${file} cannot be read; remove the file to begin with none`, { cause: error });
  }
}

async function writeWhole(file: string, content: string): Promise<void> {
  const beside = `${file}.new`;
  await writeFile(beside, content, { mode: 0o600 });
  await rename(beside, file);
}
