import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import { pino } from 'pino';
import { processEnvironment } from '../config/environment.ts';
import { ConfigError } from '../config/faults.ts';
import { loadConfig } from '../config/load.ts';
import type { Clock } from '../deps.ts';
import { type CopyProgress, CopyRefused, copyStorage } from '../storage/copy.ts';
import { openBackEnd, type StorageKind } from '../storage/open.ts';

const clock: Clock = { now: () => Date.now() };

/**
 * `avain storage copy`: everything from one back end to the other, both as the configuration describes them. Exit 1 when
 * something is refused or differs; the same command again goes on where it stopped.
 */
export async function copyBetween({ from, to }: { from: StorageKind; to: StorageKind }): Promise<void> {
  try {
    if (from === to) throw new CopyRefused(`--from and --to are both ${from}`);
    const root = join(import.meta.dirname, '../..');
    const config = await loadConfig({ env: processEnvironment(), root, createSecrets: false });
    const log = pino({ level: 'warn', base: null }, process.stderr);
    // Not configured, away, or in use: for an operator, without a stack.
    const opened = (kind: StorageKind) =>
      openBackEnd(kind, config, clock, log).catch((error: Error) => {
        throw new CopyRefused(`${kind} cannot be opened: ${error.message}`);
      });
    await using source = closing(await opened(from));
    await using target = closing(await opened(to));
    const progress = process.stdout.isTTY ? asBar() : asLines();
    const { moving } = source.storage;
    await copyStorage({ fromName: from, from: moving, to: target.storage.moving, now: clock.now(), progress });
    process.stdout.write(`Done: ${to} holds what ${from} holds. Set storage.kind to ${to} and start Avain.\n`);
  } catch (error) {
    if (!(error instanceof CopyRefused || error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/** Closed at the end whatever happens, so that the next attempt finds its lock free. */
function closing<T extends { close(): Promise<void> }>(storage: T) {
  return { storage, [Symbol.asyncDispose]: () => storage.close() };
}

function asLines(): CopyProgress {
  return {
    table: (table, done, total) =>
      void process.stdout.write(`${table}: ${total} rows${done > 0 ? `, ${done} are there` : ''}\n`),
    copied: () => undefined,
    verified: (table, rows, hash) => void process.stdout.write(`${table}: ${rows} rows on both sides, hash ${hash}\n`),
  };
}

/** On a terminal: one bar per table while it is copied, then the lines of the verification. */
function asBar(): CopyProgress {
  let bar: SingleBar | null = null;
  return {
    table(table, done, total) {
      bar?.stop();
      bar = new SingleBar({ format: `${table.padEnd(14)} [{bar}] {value}/{total} · {eta_formatted} left` });
      bar.start(total, done);
    },
    copied: (rows) => bar?.increment(rows),
    verified(table, rows, hash) {
      bar?.stop();
      bar = null;
      asLines().verified(table, rows, hash);
    },
  };
}
