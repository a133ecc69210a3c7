/** What became of what people were told: read from the stores by another program, and asked of Avain. */
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditRecord } from '../../../src/audit/audit-log.ts';
import { createKeyring } from '../../../src/secrets/sealing.ts';
import type { MovableStorage, MovedPage, MovedTable, MovedValues } from '../../../src/storage/moving.ts';
import { brokenChains } from '../../support/audit-chains.ts';
import { testKeys } from '../../support/keyring.ts';
import type { Nodes } from '../../support/nodes.ts';
import { openStores } from '../../support/open-stores.ts';
import { tally } from '../at-once.ts';
import { refresh } from './crowd.ts';
import type { Told } from './told.ts';

export type Aftermath = {
  /** What somebody was told and is no longer so. */
  readonly lost: readonly string[];
  /** What is there twice, half, or usable again. */
  readonly wrong: readonly string[];
};

export async function aftermath(nodes: Nodes, told: Told): Promise<Aftermath> {
  const storage = await openStores({ mongoUrl: nodes.mongo.url, redisUrls: [nodes.redis.url] });
  try {
    // First: what a node that died still owed is settled before.
    const accounts = await all(storage, 'accounts');
    const [audit, evidence, spent] = await Promise.all([
      all(storage, 'audit'),
      all(storage, 'termsEvidence'),
      all(storage, 'spentTokens'),
    ]);
    return {
      lost: [...lostOf(told, accounts), ...(await deadTokens(nodes, told))],
      wrong: [
        ...twiceOrHalf({ accounts, audit, evidence, spent }),
        ...(await brokenChains(storage, await signerOf(nodes))),
        ...(await revived(nodes, told)),
      ],
    };
  } finally {
    await storage.close();
  }
}

/** What these nodes sign the ends of their chains with: it comes from their lookup key. */
async function signerOf({ dataDir }: Nodes): Promise<KeyObject> {
  const file = await readFile(join(dataDir, 'secrets/lookup-key'), 'utf8');
  const lookup = Buffer.from(file.replaceAll(/^#.*$/gm, '').trim(), 'base64');
  return createKeyring({ ...testKeys(1), lookup }).auditKey();
}

async function all<T extends MovedTable>({ moving }: MovableStorage, table: T): Promise<MovedValues[T][]> {
  const values: MovedValues[T][] = [];
  let from: string | null = null;
  do {
    const { rows, next }: MovedPage<T> = await moving.read(table, from, 0);
    values.push(...rows.map(({ value }) => value));
    from = next;
  } while (from !== null);
  return values;
}

type Accounts = readonly MovedValues['accounts'][];

export function lostOf({ created, linked, accepted }: Told, accounts: Accounts): string[] {
  const byEmail = new Map(accounts.map((account) => [account.email, account]));
  const missing = (emails: readonly string[], what: string, has: (account: Accounts[number]) => boolean): string[] =>
    emails.flatMap((email) => {
      const account = byEmail.get(email);
      return account && has(account) ? [] : [`${what} of ${email}`];
    });
  return [
    ...missing(created, 'account', () => true),
    ...missing(linked, 'link', ({ identity }) => identity !== null),
    ...missing(accepted, 'terms', ({ terms }) => Object.keys(terms).length > 0),
  ];
}

export type Kept = {
  readonly accounts: Accounts;
  readonly audit: readonly AuditRecord[];
  readonly evidence: readonly MovedValues['termsEvidence'][];
  readonly spent: readonly MovedValues['spentTokens'][];
};

export function twiceOrHalf({ accounts, audit, evidence, spent }: Kept): string[] {
  const told = (event: string) => audit.flatMap((record) => (record.event === event ? [String(record.accountId)] : []));
  const imported = new Set(told('account.imported'));
  const made = accounts.filter(({ id }) => !imported.has(id));
  const linked = made.filter(({ identity }) => identity !== null);
  const same = (what: string, some: readonly string[], others: readonly string[]) =>
    [...some].sort().join() === [...others].sort().join() ? [] : [`${what}: ${some.length} beside ${others.length}`];
  const ids = (some: Accounts) => some.map(({ id }) => String(id));
  return [
    ...doubles(
      'address',
      accounts.map(({ emailFingerprint }) => emailFingerprint),
    ),
    ...doubles(
      'identity',
      accounts.flatMap(({ identity }) => identity?.fingerprints ?? []),
    ),
    ...same('records of accounts', told('account.created'), ids(made)),
    ...same('records of links', told('link-eid.linked'), ids(linked)),
    ...same(
      'records of terms',
      told('terms.accepted'),
      evidence.map(({ accountId }) => String(accountId)),
    ),
    ...(spent.length === made.length ? [] : [`${spent.length} spent links made ${made.length} accounts`]),
  ];
}

function doubles(what: string, keys: readonly string[]): string[] {
  return Object.entries(tally(keys)).flatMap(([key, count]) => (count > 1 ? [`${what} ${key} ${count} times`] : []));
}

async function deadTokens(nodes: Nodes, { held }: Told): Promise<string[]> {
  const statuses = await refreshEach(nodes, held);
  return statuses.flatMap((status) => (status === 200 ? [] : [`a refresh token: ${status}`]));
}

/**
 * Last, since a second use of a refresh token ends its family. For ten seconds the predecessor of the newest is good once
 * more (provider/refresh-reuse.ts): so each is tried twice, and never gets anything the second time.
 */
async function revived(nodes: Nodes, { wins }: Told): Promise<string[]> {
  const [first, second] = [await refreshEach(nodes, wins.keys()), await refreshEach(nodes, wins.keys())];
  const odd = [...first.filter((status) => status !== 200 && status !== 400), ...second.filter((one) => one !== 400)];
  return odd.map((status) => `a used token: ${status}`);
}

/** Some at a time, and again where a store was too busy: what is asked is what it knows, not how quick it is. */
async function refreshEach(nodes: Nodes, tokens: Iterable<string>): Promise<number[]> {
  const answered = async (token: string, tries = 10): Promise<number> => {
    const { status } = await refresh(nodes, fetch, token);
    if (status !== 503 || tries === 0) return status;
    await sleep(200);
    return answered(token, tries - 1);
  };
  const waiting = [...tokens];
  const statuses: number[] = [];
  while (waiting.length > 0) {
    const some = waiting.splice(0, 8).map((token) => answered(token));
    statuses.push(...(await Promise.all(some)));
  }
  return statuses;
}
