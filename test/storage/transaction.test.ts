/** Group commit: one commit for many writes, and each of them still whole or not at all. */
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createTransactions, type Transactions } from '../../src/storage/sqlite/transaction.ts';

describe('group commit', () => {
  let db: DatabaseSync;
  let transactions: Transactions;
  const insert = (n: number) => db.prepare('INSERT INTO numbers VALUES (?)').run(n);
  const numbers = () =>
    db
      .prepare('SELECT n FROM numbers ORDER BY n')
      .all()
      .map((row) => row['n']);
  /** Passes as a statement and fails at COMMIT. */
  const insertOrphan = () => db.prepare('INSERT INTO children VALUES (404)').run();

  beforeEach(() => {
    db = new DatabaseSync(':memory:');
    db.exec('CREATE TABLE numbers (n INTEGER PRIMARY KEY) STRICT');
    db.exec('CREATE TABLE children (n INTEGER REFERENCES numbers (n) DEFERRABLE INITIALLY DEFERRED) STRICT');
    transactions = createTransactions(db);
  });

  test('writes of one turn share a transaction and are acknowledged after its commit', async () => {
    const writes = [1, 2, 3].map((n) => transactions.write(() => insert(n)));
    expect(db.isTransaction).toBe(true);
    await writes[0];
    expect(db.isTransaction).toBe(false);
    await Promise.all(writes);
    expect(numbers()).toEqual([1, 2, 3]);
  });

  test('a body that fails half way leaves nothing of itself and all of the others', async () => {
    const failing = () => {
      insert(2);
      throw new Error('half way');
    };
    const outcomes = await Promise.allSettled([
      transactions.writeTogether(() => insert(1)),
      transactions.writeTogether(failing),
      transactions.writeTogether(() => insert(3)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(numbers()).toEqual([1, 3]);
  });

  test('a commit that fails fails every write of the group and every read that saw it', async () => {
    const outcomes = await Promise.allSettled([
      transactions.write(() => insert(1)),
      transactions.write(insertOrphan),
      transactions.read(numbers),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(numbers()).toEqual([]);
    await transactions.write(() => insert(2));
    expect(await transactions.read(numbers)).toEqual([2]);
  });

  test('a failure that ends the whole transaction fails the whole group, and the next one works', async () => {
    const endsAll = () => {
      db.exec('ROLLBACK');
      throw new Error('disk full');
    };
    const first = transactions.write(() => insert(1));
    const outcomes = await Promise.allSettled([first, transactions.writeTogether(endsAll)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await transactions.write(() => insert(2));
    expect(numbers()).toEqual([2]);
  });

  test('flush commits at once', async () => {
    const write = transactions.write(() => insert(1));
    transactions.flush();
    expect(db.isTransaction).toBe(false);
    await write;
  });
});
