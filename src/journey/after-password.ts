/** What a right password causes on the account: an old hash is replaced or found wanting, today's draws are made. */

import type { Account, StoredPassword } from '../accounts/account.ts';
import { outgrown, passwordContext, passwordFaults } from '../accounts/password-form.ts';
import type { AuditRecord } from '../audit/audit-log.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Locale } from '../http/locale.ts';
import { drawRecords } from './draw-records.ts';
import { withDraws } from './step-up.ts';

type AfterDeps = Pick<
  Deps,
  'config' | 'storage' | 'passwords' | 'blocklist' | 'breachedPasswords' | 'keyring' | 'clock'
>;

export type ProvedPassword = {
  readonly account: Account;
  readonly password: string;
  readonly client: Client;
  readonly locale: Locale;
  readonly journeyId: string | null;
  readonly mailboxJustProved: boolean;
};

export type AfterPassword = {
  /** The rules it breaks; null = good enough. Its replacement is asked for in the same visit. */
  readonly weak: readonly string[] | null;
};

type Plan = { readonly weak: readonly string[] | null; readonly rehashed: StoredPassword | null };

/**
 * An old hash is kept only behind a password that meets today's rules; then it is rehashed at once. One that was chosen
 * here met the rules of its day: only its length is looked at again, as a minimum may have risen, or be this client's own.
 */
async function plan(deps: AfterDeps, proved: ProvedPassword): Promise<Plan> {
  const { account, password, client, locale } = proved;
  const current = account.password;
  if (current === null) return { weak: null, rehashed: null };
  const context = passwordContext(deps, account, client, locale);
  const chosenHere = current.format === 'argon2id';
  const weak = chosenHere ? outgrown(deps, password, context) : await passwordFaults(deps, password, context);
  if (weak.length > 0) return { weak, rehashed: null };
  return { weak: null, rehashed: deps.passwords.needsRehash(current) ? await deps.passwords.hash(password) : null };
}

function audited(
  before: Account,
  after: Account,
  client: Client,
  rehashed: boolean,
  at: number,
): Pick<AuditRecord, 'at' | 'event' | 'details'>[] {
  return [
    ...(rehashed
      ? [{ at, event: 'password.rehashed', details: { from: before.password?.format ?? '' } } as const]
      : []),
    ...drawRecords(before, after, client, at),
  ];
}

/** Writes the account only if something changes; a password changed meanwhile is never undone by the rehash. */
export async function afterPassword(deps: AfterDeps, proved: ProvedPassword): Promise<AfterPassword> {
  const { weak, rehashed } = await plan(deps, proved);
  const { client, journeyId, mailboxJustProved } = proved;
  const now = deps.clock.now();
  const input = {
    keyring: deps.keyring,
    now,
    chance: deps.config.chance,
    stepUp: client.stepUp,
    code: client.code,
    mailboxJustProved,
  };
  const change = (account: Account): Account => {
    const replaces = rehashed !== null && account.password?.hash === proved.account.password?.hash;
    return withDraws(replaces ? { ...account, password: rehashed } : account, input);
  };
  if (change(proved.account) === proved.account) return { weak };
  await deps.storage.accounts.update(proved.account.id, (account) => {
    const changed = change(account);
    if (changed === account) return null;
    const records = audited(account, changed, client, changed.password !== account.password, now);
    const common = { accountId: account.id, clientId: client.id, journeyId };
    return { account: changed, effects: { audit: records.map((record) => ({ ...record, ...common })) } };
  });
  return { weak };
}
