/** An import as the operation does it, over a store in memory: a file in, its events and its exit code out. */
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperationDeps } from '../../src/control/operation.ts';
import type { ImportArguments } from '../../src/migration/import-arguments.ts';
import { type ImportEvent, importOperations } from '../../src/migration/operations.ts';
import { createKeyring } from '../../src/secrets/sealing.ts';
import type { Storage } from '../../src/storage/ports.ts';
import { testKeys } from '../support/keyring.ts';
import { openTestStorage, testClock } from '../support/storage.ts';

type Done = Extract<ImportEvent, { done: unknown }>['done'];
type Row = Extract<ImportEvent, { row: unknown }>['row'];
export type Imported = { readonly exit: number; readonly done: Done; readonly rows: readonly Row[] };

export type Importing = {
  readonly storage: Storage;
  readonly dir: string;
  file(name: string, content: string | Uint8Array): string;
  users(file: string, more?: Partial<ImportArguments>): Promise<Imported>;
  status(source: string): Promise<Record<string, unknown>>;
  close(): Promise<void>;
};

export async function startImporting(over?: Storage): Promise<Importing> {
  const dir = mkdtempSync(join(tmpdir(), 'avain-import-'));
  const clock = testClock();
  const storage = over ?? (await openTestStorage(clock));
  const argon2 = { memoryKib: 64, passes: 1, parallelism: 1 };
  // A cast: an import uses these parts only.
  const deps = {
    storage,
    clock,
    keyring: createKeyring(testKeys(7)),
    random: { bytes: randomBytes, int: randomInt },
    config: { passwords: { argon2, concurrency: 2 } },
  } as unknown as OperationDeps;

  async function run(operation: string, argument: string) {
    const lines: unknown[] = [];
    const work = importOperations[operation];
    if (!work) throw new Error(`no operation ${operation}`);
    const print = (line: string): void => void lines.push(JSON.parse(line));
    const exit = await work(deps, [argument], Object.assign(print, { caughtUp: async () => undefined }));
    return { exit, lines };
  }

  return {
    storage,
    dir,
    file(name, content) {
      writeFileSync(join(dir, name), content);
      return join(dir, name);
    },
    async users(file, more = {}) {
      const format = file.endsWith('.csv') ? 'csv' : 'ndjson';
      const asked = { file, format, source: 'old', dryRun: false, wrapWeak: true, report: null, ...more } as const;
      const { exit, lines } = await run('import.users', JSON.stringify(asked));
      // Casts: the operation prints events, one of them the end.
      const events = lines as ImportEvent[];
      const done = events.flatMap((event) => ('done' in event ? [event.done] : []))[0] as Done;
      return { exit, done, rows: events.flatMap((event) => ('row' in event ? [event.row] : [])) };
    },
    status: async (source) => (await run('import.status', source)).lines[0] as Record<string, unknown>,
    async close() {
      await storage.close();
      rmSync(dir, { recursive: true });
    },
  };
}
