/**
 * Accounts of an earlier system are brought in from a file, and how far their people have come is counted. Files:
 * read-users.ts turns bytes into rows (with csv/); check-row.ts says what a row is worth;
 * this file makes accounts of them; tally.ts and report.ts say what became of each; import-status.ts counts later;
 * operations.ts is what the command line asks for. May import accounts/, storage/ports.ts, control/.
 *
 * Promises: an account that is there is never changed by an import, so that the same file can be given again and again,
 * after a kill too, and nobody's newer password is lost; memory does not grow with the file, but for 16 bytes a row; no
 * address and no hash goes to a log or to the terminal; a row that cannot be understood is refused and named, never guessed.
 */
import { hash as argon2Hash } from '@node-rs/argon2';
import { emailFingerprint } from '../accounts/email-address.ts';
import { wrap } from '../accounts/legacy-hashes/wrapped.ts';
import { patiently } from '../control/patiently.ts';
import { createSeen, type Seen } from '../csv/seen.ts';
import type { Deps } from '../deps.ts';
import type { Fingerprint } from '../ids.ts';
import { checkRow, type UserToImport } from './check-row.ts';
import { importedAccount, importedAudit } from './imported-account.ts';
import type { FileRow } from './read-users.ts';
import type { RowResult } from './tally.ts';

type ImportDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'clock' | 'random'>;

export type ImportOptions = {
  /** Goes to `importedFrom` of each account. */
  readonly source: string;
  /** Everything is checked and nothing is written. */
  readonly dryRun: boolean;
  readonly wrapWeak: boolean;
};

type Ready = {
  readonly user: UserToImport;
  readonly fingerprint: Fingerprint;
  readonly password: { readonly format: string; readonly hash: string } | null;
};
/** A row on its way: its end is known, or it waits to be stored. */
type Judged = { readonly result: RowResult; readonly ready: Ready | null };

/**
 * So many are looked up together, hashed together and, with the embedded store, committed together; as many as there are
 * connections to a server, where people sign in meanwhile.
 */
const batchRows = 32;

/** Results of the rows in their order, a batch at a time; what is accepted is stored by then. */
export async function* importUsers(
  deps: ImportDeps,
  rows: AsyncIterable<FileRow>,
  options: ImportOptions,
): AsyncGenerator<readonly RowResult[]> {
  const seen = createSeen();
  // While one batch is stored the next is hashed: neither the disk nor the cores wait.
  let storing: Promise<readonly RowResult[]> | null = null;
  for await (const batch of inBatches(rows)) {
    const judged = await judgeAll(deps, batch, options, seen);
    if (storing) yield await storing;
    storing = Promise.all(judged.map((row) => store(deps, row, options)));
    // It is looked at a batch later; until then its failure is not an unhandled one.
    storing.catch(() => undefined);
  }
  if (storing) yield await storing;
}

async function* inBatches(rows: AsyncIterable<FileRow>): AsyncGenerator<readonly FileRow[]> {
  let batch: FileRow[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < batchRows) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function judgeAll(
  deps: ImportDeps,
  batch: readonly FileRow[],
  options: ImportOptions,
  seen: Seen,
): Promise<readonly Judged[]> {
  // In the order of the file: of two rows with one address the first counts.
  const judged = batch.map((row) => judge(deps, row, seen));
  const known = await Promise.all(judged.map((row) => existing(deps, row, options)));
  return wrapAll(deps, known, options);
}

function judge(deps: ImportDeps, { line, row }: FileRow, seen: Seen): Judged {
  const email = typeof row === 'string' ? null : (row.email ?? null);
  const ended = (outcome: RowResult['outcome'], ...notes: string[]): Judged => ({
    result: { line, outcome, notes, format: null, email },
    ready: null,
  });
  if (typeof row === 'string') return ended('refused', row);
  const checked = checkRow(row, deps.clock.now());
  if (!checked.ok) return ended(checked.outcome, checked.reason);
  const { user, repairs } = checked;
  const fingerprint = emailFingerprint(deps.keyring, user.email);
  if (!seen.add(fingerprint)) return ended('duplicate', 'in-file');
  const password = user.password && { format: user.password.format, hash: user.password.hash };
  const outcome = repairs.length > 0 ? 'repaired' : 'accepted';
  const result = { line, outcome, notes: repairs, format: password?.format ?? 'none', email } as const;
  return { result, ready: { user, fingerprint, password } };
}

/** The row as it ends if its address has an account. */
async function existing({ storage }: ImportDeps, row: Judged, { source }: ImportOptions): Promise<Judged> {
  if (!row.ready) return row;
  const { fingerprint } = row.ready;
  const account = await patiently(() => storage.accounts.byEmail(fingerprint));
  return account ? { result: asExisting(row.result, account.importedFrom === source), ready: null } : row;
}

function asExisting(result: RowResult, ofThisSource: boolean): RowResult {
  return ofThisSource
    ? { ...result, outcome: 'already-there', notes: [] }
    : { ...result, outcome: 'duplicate', notes: ['account'] };
}

/** Weak hashes become wrapped ones, as many at a time as there are cores to hash on; a dry run only says so. */
async function wrapAll({ config }: ImportDeps, rows: readonly Judged[], options: ImportOptions) {
  const { memoryKib: memoryCost, passes: timeCost, parallelism } = config.passwords.argon2;
  const done: Judged[] = [...rows];
  const waiting = rows.entries();
  const worker = async (): Promise<void> => {
    // One iterator for all workers: each takes the next row that nobody has taken.
    for (const [index, { result, ready }] of waiting) {
      const old = ready?.user.password;
      if (!ready || !old?.read.weak || !options.wrapWeak) continue;
      const wrapped = options.dryRun
        ? { format: `wrapped:${old.format}`, hash: '' }
        : await wrap(old.format, old.read, (text) => argon2Hash(text, { memoryCost, timeCost, parallelism }));
      done[index] = { result: { ...result, format: wrapped.format }, ready: { ...ready, password: wrapped } };
    }
  };
  await Promise.all(Array.from({ length: config.passwords.concurrency }, worker));
  return done;
}

async function store(deps: ImportDeps, { result, ready }: Judged, options: ImportOptions): Promise<RowResult> {
  if (!ready || options.dryRun) return result;
  const { source } = options;
  const account = importedAccount(deps, ready.user, { ...ready, source });
  const audit = [importedAudit(account, deps.clock.now())];
  const { accounts } = deps.storage;
  if ((await patiently(() => accounts.create(account, { audit }))) === 'created') return result;
  const owner = await patiently(() => accounts.byEmail(ready.fingerprint));
  // Made by this very call, whose answer was lost at first.
  if (owner?.id === account.id) return result;
  // Somebody signed up with it, or another import brought it, since we looked.
  return asExisting(result, owner?.importedFrom === source);
}
