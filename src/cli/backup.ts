import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { readPassphrase, type Sealing } from '../backup/envelope.ts';
import { BackupRefused } from '../backup/format.ts';
import { type BackupProgress, writeBackup } from '../backup/write-backup.ts';
import type { LoadedConfig } from '../config/schema.ts';
import { runOperation } from '../control/run-operation.ts';
import { openBackupSource } from '../storage/open.ts';
import { atHand, openingOf, say, tellManifest, told, type WhoOpens, withOpening } from './backup-common.ts';
import { addRestoreCommand } from './restore.ts';

type BackupOptions = {
  readonly recipient?: readonly string[];
  readonly passphraseFile?: string;
  readonly json?: boolean;
};
/** `avain backup`, `avain backup verify` and `avain restore` (docs/backup.md). Exit 1 when something is refused. */
export function addBackupCommands(program: Command): void {
  const backup = program
    .command('backup')
    .description('everything that lasts, encrypted, into a new file; Avain may run meanwhile')
    .argument('<file>')
    .option('--recipient <age1...>', 'for whom it is encrypted; else backup.recipients of the configuration')
    .option('--passphrase-file <path>', 'or a passphrase, the first line of a file')
    .option('--json', 'as one JSON object')
    .action((file: string, options: BackupOptions) => told(() => takeBackup(resolve(file), options)));
  withOpening(
    backup.command('verify <file>').description('reads a backup to its end and compares every row with its hash'),
  ).action((file: string, _options: unknown, command: Command) =>
    told(() => verifyBackup(resolve(file), command.optsWithGlobals<WhoOpens & { json?: boolean }>())),
  );
  addRestoreCommand(program);
}

async function takeBackup(path: string, options: BackupOptions): Promise<void> {
  const { root, config, clock, log, schema: states } = await atHand();
  const sealing = sealingOf(options, config);
  const schema = states.map(({ name, needs }) => ({ name, version: needs }));
  const source = await openBackupSource(config, clock, log);
  const head = { issuer: config.issuer, avain: versionIn(root), storage: config.storage.kind, schema };
  const progress = options.json || !process.stdout.isTTY ? silent : asBar();
  const { end, ...written } = await writeBackup({ source, head, path, sealing, clock, progress });
  const { sha256, bytes, rows, beganAt } = written;
  if (options.json) say(JSON.stringify({ file: path, ...written, endedAt: end.endedAt, tables: end.tables }));
  else {
    say(`${path}: ${rows} rows, ${(bytes / 1e6).toFixed(1)} MB, SHA-256 ${sha256}`);
    say('Keep it apart from the keys. Try it now and then: avain backup verify, and a restore on another machine.');
  }
  await runOperation('backup.taken', [JSON.stringify({ sha256, bytes, rows, beganAt })]);
}

function sealingOf({ recipient = [], passphraseFile }: BackupOptions, config: LoadedConfig): Sealing {
  if (passphraseFile !== undefined) {
    if (recipient.length > 0) throw new BackupRefused('--recipient or --passphrase-file: one of the two.');
    return readPassphrase(passphraseFile);
  }
  const recipients = recipient.length > 0 ? recipient : config.backup.recipients;
  if (recipients.length > 0) return { recipients };
  throw new BackupRefused(
    'For whom? backup.recipients in avain.yaml, --recipient or --passphrase-file: a backup is never written unencrypted.',
  );
}

const silent: BackupProgress = { table: () => undefined, read: () => undefined };

function asBar(): BackupProgress {
  let bar: SingleBar | null = null;
  return {
    table(table, total) {
      bar?.stop();
      bar = new SingleBar({ format: `${table.padEnd(16)} [{bar}] {value}/{total} · {eta_formatted} left` });
      bar.start(total, 0);
    },
    read(rows) {
      bar?.increment(rows);
      if (rows === 0) bar?.stop();
    },
  };
}

async function verifyBackup(path: string, options: WhoOpens & { readonly json?: boolean }): Promise<void> {
  const { checkBackup } = await import('../backup/check-backup.ts');
  const { manifest, sha256 } = await checkBackup(path, openingOf(options));
  if (options.json) say(JSON.stringify({ file: path, sha256, manifest }));
  else tellManifest(path, manifest, sha256);
}

function versionIn(root: string): string {
  // A cast: our own package.json.
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}
