/** The certificate and the key of `listen.tls`: whether they are there, belong together and are kept as a key must be. */
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Fault } from './faults.ts';
import type { Settings } from './settings-schema.ts';
import { faultAt, type KeyPath, type Source } from './yaml-file.ts';

/** What is wrong with them; nothing of what they hold is told. */
export async function tlsFaults(source: Source, { listen, issuer, profile }: Settings): Promise<Fault[]> {
  const { tls } = listen;
  if (tls === null) return [];
  const at = (key: string): KeyPath => ['listen', 'tls', key];
  const faults = issuer.startsWith('https:')
    ? []
    : [faultAt(source, ['issuer'], 'an https address, as listen.tls is set')];
  const [cert, key] = await Promise.all([tls.certificateFile, tls.keyFile].map((path) => readOrNull(path)));
  if (cert == null) faults.push(faultAt(source, at('certificateFile'), 'a readable PEM file'));
  if (key == null) faults.push(faultAt(source, at('keyFile'), 'a readable PEM file'));
  if (cert == null || key == null) return faults;
  if (profile === 'production' && ((await stat(tls.keyFile)).mode & 0o007) !== 0)
    faults.push(faultAt(source, at('keyFile'), 'mode 0600 (chmod 600)', 'a file open to everybody'));
  const expected = 'a PEM certificate and the private key that belongs to it';
  return fits(cert, key) ? faults : [...faults, faultAt(source, at('keyFile'), expected, 'two files that do not fit')];
}

async function readOrNull(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}

function fits(cert: string, key: string): boolean {
  try {
    createSecureContext({ cert, key });
    return true;
  } catch {
    return false;
  }
}
