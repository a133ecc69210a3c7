import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import type { AuditRecord } from '../audit/audit-log.ts';
import { admitBackup, checkBackup } from '../backup/check-backup.ts';
import { restoreBackup } from '../backup/restore.ts';
import type { AccountId } from '../ids.ts';
import { keyringOf } from '../keys/keyring-of.ts';
import { openRestoreTarget } from '../storage/open.ts';
import { atHand, openingOf, say, tellManifest, told, type WhoOpens, withOpening } from './backup-common.ts';

type Flags = WhoOpens & {
  readonly replace?: boolean;
  readonly dryRun?: boolean;
  readonly erased?: string;
  readonly json?: boolean;
};

/** `avain restore` (docs/backup.md). Exit 1, and nothing changed, when something is refused. */
export function addRestoreCommand(program: Command): void {
  withOpening(program.command('restore <file>').description('a backup into an empty storage; Avain must not run'))
    .option('--replace', 'SQLite: what is there is put aside, whole')
    .option('--dry-run', 'only look whether it would do')
    .option('--erased <file>', 'ids of accounts erased since, or exported audit records: they do not come back')
    .action((file: string, flags: Flags) => told(() => restore(resolve(file), flags)));
}

async function restore(path: string, flags: Flags): Promise<void> {
  const { replace = false, dryRun = false, json = false, erased: list } = flags;
  const opening = openingOf(flags);
  const { config, clock, log, schema } = await atHand();
  const given = list === undefined ? { erased: [], revoked: [] } : toldIn(list);
  const checked = await checkBackup(path, opening);
  const keyring = keyringOf(config.secrets);
  admitBackup(checked, { issuer: config.issuer, keys: keyring.ids, schema });
  if (!json) tellManifest(path, checked.manifest, checked.sha256);
  if (dryRun) {
    say(json ? JSON.stringify({ dryRun, manifest: checked.manifest }) : 'It would do. Nothing was written.');
    return;
  }
  const target = await openRestoreTarget(config, clock, log, { replace, now: clock.now() });
  if (target.erasedBefore === null && list === undefined) {
    process.stderr.write('Who was erased since the backup is not known here: erase them again, or give --erased.\n');
  }
  const erased = [...given.erased, ...(target.erasedBefore ?? [])];
  const revoked = new Set([...given.revoked, ...(target.revokedBefore ?? [])]);
  const revokeAgain = [...checked.trustedKeys].filter((kid) => revoked.has(kid));
  const bar = json || !process.stdout.isTTY ? null : new SingleBar({ format: 'rows [{bar}] {value}/{total}' });
  bar?.start(
    Object.values(checked.manifest.tables).reduce((sum, { rows }) => sum + rows, 0),
    0,
  );
  const wrote = (rows: number) => void bar?.increment(rows);
  const order = { path, opening, checked, target, erased, clock, auditKey: keyring.auditKey(), wrote };
  const restored = await restoreBackup(order).finally(() => bar?.stop());
  if (json) say(JSON.stringify({ ...restored, revokeAgain }));
  else tellRestored(restored);
  tellKeys(revokeAgain, target.revokedBefore !== null);
}

function tellRestored({ rows, erased, aside }: { rows: number; erased: number; aside: string | null }): void {
  say(`Restored: ${rows} rows, every one compared. ${erased} erased people were left out.`);
  if (aside !== null)
    say(`What was there before lies in ${aside}: it holds personal data, delete it when you need it no more.`);
  say(
    'Everybody signs in again, mailed links and recovery codes are void. Look at bars and grants of since: docs/backup.md.',
  );
}

/** A revoked key that is back signs, or is published, from the first moment: said before anybody starts. */
function tellKeys(revokeAgain: readonly string[], isKnown: boolean): void {
  for (const kid of revokeAgain)
    process.stderr.write(`The signing key ${kid} was revoked since and is back: avain keys revoke ${kid}\n`);
  if (isKnown) return;
  process.stderr.write(
    'Which signing keys were revoked since the backup is not known here: look at avain keys list, and revoke them again.\n',
  );
}

type Told = { readonly erased: readonly AccountId[]; readonly revoked: readonly string[] };

/** Ids of accounts, one a line, or exported records, one JSON object a line: those tell of revoked signing keys, too. */
function toldIn(path: string): Told {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const told = { erased: [] as AccountId[], revoked: [] as string[] };
  for (const line of lines) {
    if (!line.trimStart().startsWith('{')) {
      told.erased.push(line.trim() as AccountId);
      continue;
    }
    // A cast: what an export of records writes.
    const record = JSON.parse(line) as Partial<Pick<AuditRecord, 'event' | 'accountId' | 'details'>>;
    if (record.event === 'account.erased' && record.accountId) told.erased.push(record.accountId);
    if (record.event === 'signing-key.revoked') told.revoked.push(String(record.details?.kid));
  }
  return told;
}
