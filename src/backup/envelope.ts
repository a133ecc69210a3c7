import { readFileSync } from 'node:fs';
import { Decrypter, Encrypter } from 'age-encryption';
import { BackupRefused } from './format.ts';

/** Whom a backup is encrypted for: those who hold the keys of `recipients`, or who know the passphrase. */
export type Sealing = { readonly recipients: readonly string[] } | { readonly passphrase: string };

/** What opens one. */
export type Opening = { readonly identities: readonly string[] } | { readonly passphrase: string };

type Bytes = ReadableStream<Uint8Array>;

/** scrypt with N = 2^18, a second of work for each guess; less only in tests. */
const passphraseWork = 18;

/** age-encryption.org/v1, packed by gzip first. Throws BackupRefused for a recipient that is none. */
export async function sealed(plain: Bytes, sealing: Sealing, work = passphraseWork): Promise<Bytes> {
  const encrypter = new Encrypter();
  if ('passphrase' in sealing) {
    encrypter.setPassphrase(sealing.passphrase);
    encrypter.setScryptWorkFactor(work);
  } else {
    for (const recipient of sealing.recipients) addRecipient(encrypter, recipient);
  }
  return encrypter.encrypt(plain.pipeThrough(new CompressionStream('gzip')) as Bytes);
}

function addRecipient(encrypter: Encrypter, recipient: string): void {
  try {
    encrypter.addRecipient(recipient);
  } catch {
    throw new BackupRefused(
      `${recipient.slice(0, 16)}… is no recipient of age: it begins with age1, and "age-keygen" prints it.`,
    );
  }
}

/** Throws BackupRefused where nothing at hand opens it; the stream fails where a byte of it was changed. */
export async function opened(file: Bytes, opening: Opening): Promise<Bytes> {
  const decrypter = new Decrypter();
  try {
    if ('passphrase' in opening) decrypter.addPassphrase(opening.passphrase);
    else for (const identity of opening.identities) decrypter.addIdentity(identity);
    return (await decrypter.decrypt(file)).pipeThrough(new DecompressionStream('gzip')) as Bytes;
  } catch {
    throw new BackupRefused('It does not open: another identity or passphrase, no backup, or a damaged one.');
  }
}

/** The lines of a file of `age-keygen`, without its comments. @throws BackupRefused */
export function readIdentities(path: string): Opening {
  const identities = readText(path)
    .split('\n')
    .map((text) => text.trim())
    .filter((text) => text !== '' && !text.startsWith('#'));
  if (identities.length === 0)
    throw new BackupRefused(`${path} has no identity: a line that begins with AGE-SECRET-KEY-1.`);
  return { identities };
}

const leastPassphrase = 12;

/** @throws BackupRefused */
export function readPassphrase(path: string): { readonly passphrase: string } {
  const passphrase = readText(path).split('\n')[0]?.trim() ?? '';
  if (passphrase.length < leastPassphrase) {
    throw new BackupRefused(`${path} begins with a passphrase of fewer than ${leastPassphrase} characters.`);
  }
  return { passphrase };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // A cast: node:fs throws nothing else.
    throw new BackupRefused(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
