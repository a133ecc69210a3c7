/** What the retention holds, row by row of its table: for an operator to see before and after it is applied. */
import type { Account } from '../accounts/account.ts';
import type { Deps } from '../deps.ts';
import type { AccountId, Instant } from '../ids.ts';
import { isErasureDue } from './deletion.ts';
import { type Dormancy, dormancyOf } from './dormancy.ts';
import { keptSince, keptTables } from './retention.ts';

export type RetentionRow = {
  readonly name: 'deletion-asked' | 'dormant' | 'imported-unused' | 'notice-sent' | 'audit' | 'evidence' | 'mails';
  /** As the configuration says it, with its unit; null = for ever. */
  readonly keptFor: string | null;
  readonly held: number;
  readonly oldestAt: Instant | null;
  readonly dueNow: number;
};

type Counted = { held: number; oldestAt: Instant | null; dueNow: number };

type ReportDeps = Pick<Deps, 'config' | 'storage' | 'clock'>;
type AccountRow = Exclude<RetentionRow['name'], 'audit' | 'evidence' | 'mails'>;

const page = 500;

function add(row: Counted, at: Instant, due: boolean): void {
  row.held += 1;
  row.oldestAt = Math.min(row.oldestAt ?? at, at);
  if (due) row.dueNow += 1;
}

/** In which row an account stands, since when, and whether that row's time is over for it. */
function placeOf(account: Account, dormancy: Dormancy, now: Instant): readonly [AccountRow, Instant, boolean] {
  const { deletion, activatedAt, createdAt, lastSignInAt, dormancyToldAt } = account;
  if (deletion !== null) return ['deletion-asked', deletion.askedAt, isErasureDue(account, now)];
  const told = dormancy.state === 'told' || dormancy.state === 'to-be-erased';
  if (told) return ['notice-sent', dormancyToldAt ?? now, dormancy.state === 'to-be-erased'];
  const usedAt = Math.max(createdAt, activatedAt ?? 0, lastSignInAt ?? 0);
  return [activatedAt === null ? 'imported-unused' : 'dormant', usedAt, dormancy.state === 'to-be-told'];
}

async function countAccounts({ config, storage, clock }: ReportDeps): Promise<Record<AccountRow, Counted>> {
  const none = (): Counted => ({ held: 0, oldestAt: null, dueNow: 0 });
  const rows = { 'deletion-asked': none(), dormant: none(), 'imported-unused': none(), 'notice-sent': none() };
  for (let after: AccountId | null = null; ; ) {
    const accounts: readonly Account[] = await storage.accounts.scan(after, page);
    const now = clock.now();
    for (const account of accounts) {
      const [name, at, due] = placeOf(account, dormancyOf(account, config.retention.accounts, now), now);
      add(rows[name], at, due);
    }
    const last = accounts.at(-1);
    if (last === undefined) return rows;
    after = last.id;
  }
}

const days = (number: number | null): string | null => (number === null ? null : `${number} d`);

/** Reads all accounts, some hundred at a time. */
export async function retentionReport(deps: ReportDeps): Promise<readonly RetentionRow[]> {
  const { config, storage, clock } = deps;
  const { accounts, auditDays, evidenceYears, mailLogDays } = config.retention;
  const counted = await countAccounts(deps);
  const lives: Readonly<Record<RetentionRow['name'], string | null>> = {
    'deletion-asked': days(config.lives.deletionWaitSeconds / 86_400),
    dormant: days(accounts.dormantNoticeAfterDays),
    'imported-unused': days(accounts.importedUnusedDays),
    'notice-sent': days(accounts.erasedAfterNoticeDays),
    audit: days(auditDays),
    evidence: `${evidenceYears} y`,
    mails: days(mailLogDays),
  };
  const names = Object.keys(counted) as AccountRow[];
  const ofAccounts = names.map((name) => ({ name, keptFor: lives[name], ...counted[name] }));
  const ofTables = await Promise.all(
    keptTables.map(async (name) => {
      const {
        rows: held,
        due: dueNow,
        oldestAt,
      } = await storage.kept.count(name, keptSince(config, name, clock.now()));
      return { name, keptFor: lives[name], held, oldestAt, dueNow };
    }),
  );
  return [...ofAccounts, ...ofTables];
}
