import type { DatabaseSync } from 'node:sqlite';
import type { Account } from '../../accounts/account.ts';
import type { Clock } from '../../deps.ts';
import { keysOnlyOf } from '../account-keys.ts';
import type { Accounts, Change, ErasureEffects, UpdateOutcome } from '../ports.ts';
import { type EffectsWriter, prepareEffects } from './effects.ts';
import { prepareAll, prepareOne, prepareRun } from './statements.ts';
import type { Transactions } from './transaction.ts';

type Body = { readonly body: string };
type Taken = 'email-taken' | 'identity-taken' | 'spent';

export function createAccounts(db: DatabaseSync, transactions: Transactions, clock: Clock): Accounts {
  const { read, writeTogether } = transactions;
  const rows = prepareAccountRows(db);
  const effects = prepareEffects(db);

  return {
    byId: (id) => read(() => parse(rows.byId(id))),
    byEmail: (fingerprint) => read(() => parse(rows.byEmail(fingerprint))),
    byIdentity: (fingerprints) =>
      read(() =>
        parse(fingerprints.map((fingerprint) => rows.byIdentity(fingerprint)).find((row) => row !== undefined)),
      ),
    create: (account, own) =>
      writeTogether(() => {
        const taken = firstTaken(rows, effects, { account, effects: own });
        if (taken) return taken;
        const first = { ...account, version: 1 };
        rows.insert(first.id, first.version, JSON.stringify(first));
        moveKeys(rows, null, first);
        effects.write(own, clock.now());
        return 'created';
      }),
    ...createUpdates(rows, effects, transactions, clock),
    scan: (after, limit) => read(() => rows.scan(after ?? '', limit).map(({ body }) => JSON.parse(body) as Account)),
    isSpent: (tokenHash) => read(() => effects.isSpent(tokenHash)),
  };
}

/** Nobody can write between our read and our write unless `change` itself does; the versions settle that too. */
function createUpdates(
  rows: AccountRows,
  effects: EffectsWriter,
  { read, writeTogether }: Transactions,
  clock: Clock,
): Pick<Accounts, 'update' | 'absorb' | 'erase'> {
  return {
    async update(id, change) {
      for (;;) {
        const before = await read(() => parse(rows.byId(id)));
        if (!before) return { outcome: 'missing' };
        const after = change(before);
        if (!after) return { outcome: 'unchanged', account: before };
        const outcome = await writeTogether(() => replace(rows, effects, before, after, clock));
        if (outcome !== 'stale') return outcome;
      }
    },
    async absorb(into, from, change) {
      if (into === from) throw new Error('an account does not absorb itself');
      for (;;) {
        const [before, born] = await read(() => [parse(rows.byId(into)), parse(rows.byId(from))] as const);
        if (!before || !born) return { outcome: 'missing' };
        const after = change(before, born);
        if (!after) return { outcome: 'unchanged', account: before };
        if (born.identity) throw new Error('an account that has an identity is not absorbed');
        const outcome = await writeTogether(() => replace(rows, effects, before, after, clock, born));
        if (outcome !== 'stale') return outcome;
      }
    },
    async erase(id, decide) {
      for (;;) {
        const before = await read(() => parse(rows.byId(id)));
        if (!before) return 'missing';
        const own = decide(before);
        if (!own) return 'unchanged';
        if (await writeTogether(() => erase(rows, effects, before, own, clock))) return 'erased';
      }
    },
  };
}

type AccountRows = ReturnType<typeof prepareAccountRows>;

function prepareAccountRows(db: DatabaseSync) {
  const byKey = (table: string) =>
    prepareOne<Body>(db, `SELECT body FROM ${table} JOIN accounts ON id = account_id WHERE fingerprint = ?`);
  const keys = (table: string) => ({
    owner: prepareOne<{ account_id: string }>(db, `SELECT account_id FROM ${table} WHERE fingerprint = ?`),
    add: prepareRun(db, `INSERT INTO ${table} (fingerprint, account_id) VALUES (?, ?)`),
    remove: prepareRun(db, `DELETE FROM ${table} WHERE fingerprint = ?`),
  });
  return {
    byId: prepareOne<Body>(db, 'SELECT body FROM accounts WHERE id = ?'),
    scan: prepareAll<Body>(db, 'SELECT body FROM accounts WHERE id > ? ORDER BY id LIMIT ?'),
    byEmail: byKey('account_emails'),
    byIdentity: byKey('identity_links'),
    keys: { email: keys('account_emails'), identity: keys('identity_links') },
    versionOf: prepareOne<{ version: number }>(db, 'SELECT version FROM accounts WHERE id = ?'),
    insert: prepareRun(db, 'INSERT INTO accounts (id, version, body) VALUES (?, ?, ?)'),
    remove: prepareRun(db, 'DELETE FROM accounts WHERE id = ?'),
    replace: prepareRun(db, 'UPDATE accounts SET version = ?, body = ? WHERE id = ? AND version = ?'),
  };
}

function replace(
  rows: AccountRows,
  effects: EffectsWriter,
  before: Account,
  change: Change,
  clock: Clock,
  born: Account | null = null,
): UpdateOutcome | 'stale' {
  if (born && rows.versionOf(born.id)?.version !== born.version) return 'stale';
  const taken = firstTaken(rows, effects, change, before, born);
  if (taken) return { outcome: taken };
  const account = { ...change.account, id: before.id, version: before.version + 1 };
  if (rows.replace(account.version, JSON.stringify(account), account.id, before.version) === 0) return 'stale';
  if (born) {
    moveKeys(rows, born, null);
    rows.remove(born.id);
  }
  moveKeys(rows, before, account);
  effects.write(change.effects ?? {}, clock.now());
  return { outcome: 'updated', account };
}

/** False: the account is no longer as it was read. */
function erase(rows: AccountRows, effects: EffectsWriter, before: Account, own: ErasureEffects, clock: Clock): boolean {
  if (rows.versionOf(before.id)?.version !== before.version) return false;
  moveKeys(rows, before, null);
  rows.remove(before.id);
  // Before the effects: the last mail is still to be sent.
  effects.emptyMails(before.id, clock.now());
  effects.write(own, clock.now());
  return true;
}

/**
 * Decides before anything is written: inside the transaction nobody can come between. A spent token is told first, since
 * a repeated change with the same token finds its own keys taken as well.
 */
function firstTaken(
  rows: AccountRows,
  effects: EffectsWriter,
  change: Change,
  ...before: readonly (Account | null)[]
): Taken | null {
  const spends = change.effects?.spends;
  if (spends !== undefined && effects.isSpent(spends)) return 'spent';
  const taken = keysOnlyOf(change.account, ...before).find(({ kind, value }) => rows.keys[kind].owner(value));
  return taken ? `${taken.kind}-taken` : null;
}

function moveKeys(rows: AccountRows, before: Account | null, after: Account | null): void {
  for (const { kind, value } of keysOnlyOf(before, after)) rows.keys[kind].remove(value);
  if (after) for (const { kind, value } of keysOnlyOf(after, before)) rows.keys[kind].add(value, after.id);
}

function parse(row: Body | undefined): Account | null {
  // Written by this file only, from an Account.
  return row ? (JSON.parse(row.body) as Account) : null;
}
