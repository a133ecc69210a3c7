/**
 * A forced change of password: the new hash waits in the journey and replaces the old one in the transaction of the last
 * demanded proof, so that somebody who only knew the weak old password cannot take the account over by changing it.
 */
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Instant } from '../ids.ts';
import { composeNotice } from '../notices/notice.ts';
import type { Change } from '../storage/ports.ts';
import type { Account, DeviceLook, StoredPassword } from './account.ts';
import { withPassword } from './account-rules.ts';

type WaitingDeps = Pick<Deps, 'config' | 'keyring' | 'clock' | 'random'>;

export type WaitingPassword = {
  readonly newPassword: StoredPassword | null;
  readonly client: Client;
  /** The browser in front of us, for the notice. */
  readonly where: DeviceLook;
  readonly journeyId: string;
};

/** The change with the waiting password put into it; as it was where none waits. */
export function withWaitingPassword(deps: WaitingDeps, change: Change, waiting: WaitingPassword, now: Instant): Change {
  const { newPassword, client, journeyId, where } = waiting;
  if (newPassword === null) return change;
  const { account, effects = {} } = change;
  const mail = composeNotice(deps, { message: 'password-changed', account, client, model: { at: now, where } });
  const audit = {
    at: now,
    event: 'password.changed',
    accountId: account.id,
    clientId: client.id,
    journeyId,
    details: { forced: true },
  } as const;
  return {
    account: withPassword(account, newPassword, now),
    effects: { ...effects, audit: [...(effects.audit ?? []), audit], mails: [...(effects.mails ?? []), mail] },
  };
}

/** At once, where no proof is demanded. False: another one was set since the account was read. */
export async function storeWaitingPassword(
  deps: WaitingDeps & Pick<Deps, 'storage'>,
  { id, passwordSetAt }: Account,
  waiting: WaitingPassword,
): Promise<boolean> {
  const now = deps.clock.now();
  const { outcome } = await deps.storage.accounts.update(id, (account) =>
    account.passwordSetAt === passwordSetAt ? withWaitingPassword(deps, { account }, waiting, now) : null,
  );
  return outcome === 'updated';
}
