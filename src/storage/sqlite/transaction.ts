/**
 * Group commit: writes that arrive in the same turn of the event loop share one transaction, so one sync of the disk.
 *
 * A write runs at once and synchronously, so the order of calls is the order of effects, and its promise is fulfilled
 * only after COMMIT: what was acknowledged is stored. A read that saw an open group waits for it too, so that nobody is
 * told what a crash could still take back. No await ever lies inside a transaction.
 */
import type { DatabaseSync } from 'node:sqlite';
// Not the global: a test with fake timers must not stop commits.
import { setImmediate } from 'node:timers';
import { orUnavailable } from './disk-fault.ts';

export type Transactions = {
  /** A body of one writing statement, which SQLite itself makes whole or not at all. */
  write<T>(body: () => T): Promise<T>;
  /** A body of several statements: all of them or, if it throws, none. */
  writeTogether<T>(body: () => T): Promise<T>;
  read<T>(body: () => T): Promise<T>;
  /** Commits what is open, now. */
  flush(): void;
};

export function createTransactions(db: DatabaseSync): Transactions {
  const group = createGroup(db);
  const savepoint = db.prepare('SAVEPOINT body');
  const release = db.prepare('RELEASE body');
  const rollbackBody = db.prepare('ROLLBACK TO body');

  async function write<T>(body: () => T): Promise<T> {
    try {
      const committed = group.join();
      const result = group.guard(body);
      await committed;
      return result;
    } catch (error) {
      throw orUnavailable(error);
    }
  }

  function whole<T>(body: () => T): T {
    savepoint.run();
    try {
      const result = body();
      release.run();
      return result;
    } catch (error) {
      // After a full disk or a failed write SQLite has rolled back everything by itself; group.guard sees that.
      if (db.isTransaction) {
        rollbackBody.run();
        release.run();
      }
      throw error;
    }
  }

  return {
    write,
    writeTogether: (body) => write(() => whole(body)),
    async read(body) {
      try {
        const result = body();
        await group.current();
        return result;
      } catch (error) {
        throw orUnavailable(error);
      }
    },
    flush: group.commit,
  };
}

function createGroup(db: DatabaseSync) {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const end = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  let open: PromiseWithResolvers<void> | null = null;

  function fail(error: unknown): void {
    const failed = open;
    open = null;
    if (db.isTransaction) rollback.run();
    failed?.reject(error);
  }

  function commit(): void {
    const done = open;
    if (!done) return;
    try {
      end.run();
    } catch (error) {
      fail(error);
      return;
    }
    open = null;
    done.resolve();
  }

  return {
    commit,
    current: () => open?.promise,
    /** Opens the group if there is none; the promise is that of its commit. */
    join(): Promise<void> {
      if (open) return open.promise;
      begin.run();
      open = Promise.withResolvers();
      // A body that throws does not wait for the commit; its failure must then not count as unhandled.
      open.promise.catch(() => {});
      setImmediate(commit);
      return open.promise;
    },
    /** Runs a body; if its failure ended the whole transaction, every member of the group fails. */
    guard<T>(body: () => T): T {
      try {
        return body();
      } catch (error) {
        if (!db.isTransaction) fail(error);
        throw error;
      }
    },
  };
}
