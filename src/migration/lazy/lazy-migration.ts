/** What becomes of a yes of the earlier system: an account, or the password of one that came in without. */
import type { Account, StoredPassword } from '../../accounts/account.ts';
import { type EmailAddress, emailFingerprint } from '../../accounts/email-address.ts';
import { canBePutBack } from '../../accounts/undo-link.ts';
import type { AuditRecord } from '../../audit/audit-log.ts';
import type { Config } from '../../config/schema.ts';
import type { Deps } from '../../deps.ts';
import { checkRow, type UserToImport } from '../check-row.ts';
import { importedAccount, importedAudit } from '../imported-account.ts';
import { createLazyHook, type LazyHook, type Vouched } from './hook.ts';

export type TypedPassword = {
  readonly address: EmailAddress;
  readonly password: string;
  /** Of the sign-in, for the audit log. */
  readonly during: Pick<AuditRecord, 'clientId' | 'journeyId'>;
};

export type LazyMigration = {
  /** Only who has no password here is asked about: an unknown address, or an account of that source that came without. */
  concerns(account: Account | null): boolean;
  /**
   * Asks the earlier system about the password that was typed. On a match the account is returned, with that password
   * as an import would have brought it: not yet judged by today's rules. null = no match, or somebody else was faster
   * with another password, or the address was another account's until lately and can still be put back.
   */
  bringOver(typed: TypedPassword, account: Account | null): Promise<Account | null>;
};

type LazyDeps = Pick<Deps, 'storage' | 'keyring' | 'passwords' | 'clock' | 'random' | 'log'>;

/** As the configuration has it; null = no earlier system is asked. */
export function openLazyMigration({ lazyMigration, outgoing, secrets }: Config, deps: LazyDeps): LazyMigration | null {
  if (lazyMigration === null || secrets.lazyMigration === null) return null;
  const allowPrivate = outgoing.allow.includes(new URL(lazyMigration.url).origin);
  const hook = createLazyHook({ ...lazyMigration, allowPrivate }, secrets.lazyMigration, deps);
  return createLazyMigration(deps, hook, lazyMigration.source);
}

export function createLazyMigration(deps: LazyDeps, hook: LazyHook, source: string): LazyMigration {
  const concerns = (account: Account | null): boolean => account === null || waitsFor(source, account);
  return {
    concerns,
    async bringOver(typed, account) {
      const { address, password } = typed;
      const fingerprint = emailFingerprint(deps.keyring, address);
      // It would be in its owner's way, whose other account the earlier system knows nothing of.
      if (account === null && (await canBePutBack(deps, fingerprint))) return null;
      const vouched = await hook.ask({ email: address.typed, password });
      const user = vouched && userOf(deps, address, vouched, source);
      if (!user) return null;
      // As a hash of an earlier system, which it is one of: so every sign-in judges it by today's rules until it is kept
      // or changed, also when the forced change is left in the middle.
      const stored = { format: 'argon2', hash: (await deps.passwords.hash(password)).hash };
      const found = { user, stored, typed, source };
      return account === null ? created(deps, found) : completed(deps, account, found);
    },
  };
}

function waitsFor(source: string, { importedFrom, password, passwordSetAt }: Account): boolean {
  return importedFrom === source && password === null && passwordSetAt === null;
}

type Found = {
  readonly user: UserToImport;
  readonly stored: StoredPassword;
  readonly typed: TypedPassword;
  readonly source: string;
};

async function created(deps: LazyDeps, { user, stored, typed, source }: Found): Promise<Account | null> {
  const fingerprint = emailFingerprint(deps.keyring, typed.address);
  const account = importedAccount(deps, user, { fingerprint, password: stored, source });
  const audit = [importedAudit(account, deps.clock.now(), typed.during)];
  if ((await deps.storage.accounts.create(account, { audit })) === 'created') return account;
  return ofTheFaster(deps, await deps.storage.accounts.byEmail(fingerprint), typed);
}

/** An import's account gets its password, and nothing else of it changes. */
async function completed(deps: LazyDeps, { id }: Account, { user, stored, typed, source }: Found) {
  const at = deps.clock.now();
  const record = { at, event: 'password.imported', accountId: id, ...typed.during, details: { source } } as const;
  const result = await deps.storage.accounts.update(id, (account) => {
    if (!waitsFor(source, account)) return null;
    const mustChangePassword = account.mustChangePassword || user.mustChange;
    return { account: { ...account, password: stored, mustChangePassword }, effects: { audit: [record] } };
  });
  if (result.outcome === 'updated') return result.account;
  return ofTheFaster(deps, result.outcome === 'unchanged' ? result.account : null, typed);
}

/** Another tab, or the person's own sign-up, came first: then the password must be right there. */
async function ofTheFaster({ passwords }: LazyDeps, account: Account | null, { password }: TypedPassword) {
  const right = account?.password && (await passwords.matches(account.password, password));
  return right ? account : null;
}

/** By the rules of an import's row; an answer that breaks them vouches for nobody. */
function userOf(
  { clock, log }: LazyDeps,
  address: EmailAddress,
  vouched: Vouched,
  source: string,
): UserToImport | null {
  const given = Object.entries(vouched).filter(([, value]) => value != null);
  const row = Object.fromEntries(given.map(([column, value]) => [column, String(value)]));
  const checked = checkRow({ ...row, email: address.typed }, clock.now());
  if (checked.ok) return checked.user;
  log.warn({ source, code: checked.reason }, 'earlier system not understood');
  return null;
}
