import type { Account } from '../accounts/account.ts';
import { patiently } from '../control/patiently.ts';
import type { Deps } from '../deps.ts';
import type { AccountId } from '../ids.ts';

type StatusDeps = Pick<Deps, 'storage'>;

/** How far the people of a source have come; the first five add up to `accounts`. */
export type ImportStatus = {
  readonly accounts: number;
  /** Signed in with the old password, which was good enough: it is hashed by today's rules now. */
  readonly kept: number;
  /** Have a password of their own choice since: by force, by mail or by wish. */
  readonly changed: number;
  /** Wait with their old hash: nobody has typed the right password yet, or its forced change was left in the middle. */
  readonly dormant: number;
  /** Came without a hash, and have set no password by mail yet. */
  readonly withoutPassword: number;
  /** Closed by an administrator, whatever their password. */
  readonly barred: number;
  /** Of the dormant: whose latest records have a refused password. They may need help. */
  readonly failed: number;
  /** Of the dormant, by what is stored. */
  readonly dormantFormats: Readonly<Record<string, number>>;
};

type Kind = 'kept' | 'changed' | 'dormant' | 'withoutPassword' | 'barred';

/** As many as there are connections to a server, where people sign in meanwhile. */
const atOnce = 32;
const pageRows = 500;
/** Of a dormant account's records: its import, a mail or two, and the latest tries. */
const recordsLookedAt = 10;

export function kindOf({ barredAt, password, passwordSetAt }: Account): Kind {
  if (barredAt !== null) return 'barred';
  if (password === null) return 'withoutPassword';
  if (passwordSetAt !== null) return 'changed';
  return password.format === 'argon2id' ? 'kept' : 'dormant';
}

const none: ImportStatus = {
  accounts: 0,
  kept: 0,
  changed: 0,
  dormant: 0,
  withoutPassword: 0,
  barred: 0,
  failed: 0,
  dormantFormats: {},
};

export type CountOptions = {
  /** Only of this source. */
  readonly source?: string;
  /** Awaited between two handfuls of accounts: what is in no hurry rests here. */
  readonly between?: () => Promise<void>;
};

/** Of one source; all zero where nobody came from it. */
export async function importStatus({ storage }: StatusDeps, source: string): Promise<ImportStatus> {
  return (await countImports(storage, { source })).get(source) ?? none;
}

/** By source. Reads every account once, some hundred at a time, and the latest records of those that wait. */
export async function countImports(
  storage: Pick<Deps['storage'], 'accounts' | 'audit'>,
  { source: only, between = async () => undefined }: CountOptions = {},
): Promise<ReadonlyMap<string, ImportStatus>> {
  const statuses = new Map<string, ImportStatus>();
  const count = (source: string, more: (status: ImportStatus) => Partial<ImportStatus>): void => {
    const status = statuses.get(source) ?? none;
    statuses.set(source, { ...status, ...more(status) });
  };
  for await (const page of pages(storage)) {
    const ours = page.flatMap((account) => {
      const { importedFrom: source } = account;
      return source === null || (only !== undefined && source !== only)
        ? []
        : [{ source, account, kind: kindOf(account) }];
    });
    for (const { source, kind } of ours)
      count(source, ({ accounts, ...status }) => ({ accounts: accounts + 1, [kind]: status[kind] + 1 }));
    const dormant = ours.filter(({ kind }) => kind === 'dormant');
    for (const { source, account } of dormant) {
      const format = account.password?.format ?? '';
      count(source, ({ dormantFormats: formats }) => ({
        dormantFormats: { ...formats, [format]: (formats[format] ?? 0) + 1 },
      }));
    }
    for (let begin = 0; begin < dormant.length; begin += atOnce) {
      const some = dormant.slice(begin, begin + atOnce);
      const tries = await Promise.all(some.map(({ account: { id } }) => patiently(() => hasFailed(storage, id))));
      for (const [index, { source }] of some.entries()) {
        if (tries[index]) count(source, ({ failed }) => ({ failed: failed + 1 }));
      }
      await between();
    }
    await between();
  }
  return statuses;
}

async function* pages({ accounts }: Pick<Deps['storage'], 'accounts'>): AsyncGenerator<readonly Account[]> {
  let after: AccountId | null = null;
  for (;;) {
    const page: readonly Account[] = await patiently(() => accounts.scan(after, pageRows));
    yield page;
    if (page.length < pageRows) return;
    after = page.at(-1)?.id ?? null;
  }
}

async function hasFailed({ audit }: Pick<Deps['storage'], 'audit'>, accountId: AccountId): Promise<boolean> {
  const latest = await audit.list({ accountId, limit: recordsLookedAt });
  return latest.some(({ event }) => event === 'password.refused');
}
