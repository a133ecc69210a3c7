/**
 * A forced change of password: the new hash waits in the journey and replaces the old one in the transaction of the last
 * demanded proof, so that somebody who only knew the weak old password cannot take the account over by changing it.
 */
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Locale } from '../http/locale.ts';
import type { AccountId, Instant } from '../ids.ts';
import { composeMail } from '../mail/messages.ts';
import type { Change } from '../storage/ports.ts';
import type { Account, StoredPassword } from './account.ts';
import { withPassword } from './account-rules.ts';

type WaitingDeps = Pick<Deps, 'keyring' | 'clock' | 'random'>;

export type WaitingPassword = {
  readonly newPassword: StoredPassword | null;
  readonly client: Client;
  readonly locale: Locale;
  readonly journeyId: string;
};

/** The change with the waiting password put into it; as it was where none waits. */
export function withWaitingPassword(deps: WaitingDeps, change: Change, waiting: WaitingPassword, now: Instant): Change {
  const { newPassword, client, locale, journeyId } = waiting;
  if (newPassword === null) return change;
  const { account, effects = {} } = change;
  const { id: accountId, email: to, emailFingerprint } = account;
  const mail = composeMail(deps, {
    message: 'password-changed',
    model: { at: now },
    to,
    emailFingerprint,
    accountId,
    client,
    locale,
  });
  const audit = {
    at: now,
    event: 'password.changed',
    accountId,
    clientId: client.id,
    journeyId,
    details: { forced: true },
  } as const;
  return {
    account: withPassword(account, newPassword, now),
    effects: { ...effects, audit: [...(effects.audit ?? []), audit], mails: [...(effects.mails ?? []), mail] },
  };
}

/** At once, where no proof is demanded. */
export async function storeWaitingPassword(
  deps: WaitingDeps & Pick<Deps, 'storage'>,
  id: AccountId,
  waiting: WaitingPassword,
): Promise<void> {
  const now = deps.clock.now();
  await deps.storage.accounts.update(id, (account: Account) => withWaitingPassword(deps, { account }, waiting, now));
}
