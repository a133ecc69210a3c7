import { join } from 'node:path';
import type { Command } from 'commander';
import { pino } from 'pino';
import { type Opening, readIdentities, readPassphrase } from '../backup/envelope.ts';
import { BackupRefused, type Manifest } from '../backup/format.ts';
import { CannotStart } from '../cannot-start.ts';
import { processEnvironment } from '../config/environment.ts';
import { ConfigError } from '../config/faults.ts';
import { loadConfig } from '../config/load.ts';
import type { LoadedConfig } from '../config/schema.ts';
import type { Clock } from '../deps.ts';
import { TemporarilyUnavailable } from '../errors.ts';
import { schemaStates } from '../storage/open.ts';

export type WhoOpens = { readonly identityFile?: string; readonly passphraseFile?: string };

/** Who opens a backup is asked the same way everywhere. */
export const withOpening = (command: Command): Command =>
  command
    .option('--identity-file <path>', 'the file of age-keygen that opens it')
    .option('--passphrase-file <path>', 'or the passphrase, the first line of a file')
    .option('--json', 'as one JSON object');

/** What these commands work with where no Avain is built. */
export async function atHand() {
  const root = join(import.meta.dirname, '../..');
  const config: LoadedConfig = await loadConfig({ env: processEnvironment(), root, createSecrets: false });
  const log = pino({ level: 'warn', base: null }, process.stderr);
  const clock: Clock = { now: () => Date.now() };
  return { root, config, log, clock, schema: await schemaStates(config, clock, log) };
}

/** What an operator can act on, without a stack. */
export async function told(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const message = messageOf(error);
    if (message === null) throw error;
    process.stderr.write(`${message}\n`);
    process.exitCode = 1;
  }
}

function messageOf(error: unknown): string | null {
  if (error instanceof TemporarilyUnavailable) return 'The storage did not answer in time. Give the command again.';
  const known = [BackupRefused, CannotStart, ConfigError].some((kind) => error instanceof kind);
  // A cast: all of them are errors.
  return known ? (error as Error).message : null;
}

export const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** @throws BackupRefused */
export function openingOf({ identityFile, passphraseFile }: WhoOpens): Opening {
  if ((identityFile === undefined) === (passphraseFile === undefined))
    throw new BackupRefused('--identity-file or --passphrase-file: one of the two opens it.');
  return identityFile === undefined ? readPassphrase(passphraseFile ?? '') : readIdentities(identityFile);
}

export function tellManifest(path: string, manifest: Manifest, sha256: string): void {
  const { issuer, avain, storage, beganAt, endedAt, tables, keys } = manifest;
  say(`${path} is whole, SHA-256 ${sha256}.`);
  say(
    `${issuer}, ${storage}, Avain ${avain}, begun ${new Date(beganAt).toISOString()}, ended ${new Date(endedAt).toISOString()}`,
  );
  for (const [table, { rows, hash }] of Object.entries(tables)) say(`${table}: ${rows} rows, hash ${hash}`);
  if (keys)
    say(
      `It needs the master keys ${keys.master.join(', ')}; index keys ${keys.index.join(', ')}; lookup key ${keys.lookup}.`,
    );
}
