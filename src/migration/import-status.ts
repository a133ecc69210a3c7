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

/** Reads every account once, some hundred at a time, and the latest records of those that wait. */
export async function importStatus({ storage }: StatusDeps, source: string): Promise<ImportStatus> {
  const counts = { kept: 0, changed: 0, dormant: 0, withoutPassword: 0, barred: 0 };
  const dormantFormats: Record<string, number> = {};
  let failed = 0;
  for await (const page of pages(storage)) {
    const ours = page.filter(({ importedFrom }) => importedFrom === source);
    for (const account of ours) counts[kindOf(account)] += 1;
    const dormant = ours.filter((account) => kindOf(account) === 'dormant');
    for (const { password } of dormant) {
      const format = password?.format ?? '';
      dormantFormats[format] = (dormantFormats[format] ?? 0) + 1;
    }
    for (let begin = 0; begin < dormant.length; begin += atOnce) {
      const some = dormant.slice(begin, begin + atOnce);
      const tries = await Promise.all(some.map(({ id }) => patiently(() => hasFailed(storage, id))));
      failed += tries.filter(Boolean).length;
    }
  }
  const accounts = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { accounts, ...counts, failed, dormantFormats };
}

async function* pages({ accounts }: Deps['storage']): AsyncGenerator<readonly Account[]> {
  let after: AccountId | null = null;
  for (;;) {
    const page: readonly Account[] = await patiently(() => accounts.scan(after, pageRows));
    yield page;
    if (page.length < pageRows) return;
    after = page.at(-1)?.id ?? null;
  }
}

async function hasFailed({ audit }: Deps['storage'], accountId: AccountId): Promise<boolean> {
  const latest = await audit.list({ accountId, limit: recordsLookedAt });
  return latest.some(({ event }) => event === 'password.refused');
}
