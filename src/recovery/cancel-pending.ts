/** A change that waits is stopped: by the present mailbox's link, by somebody signed in, or since it can never take effect. */
import type { Account, PendingAddress } from '../accounts/account.ts';
import type { AuditEvent } from '../audit/audit-log.ts';
import type { Deps } from '../deps.ts';
import type { AccountId } from '../ids.ts';
import { composeMail } from '../mail/messages.ts';
import type { OutboxMail } from '../mail/outbox.ts';
import type { Change } from '../storage/ports.ts';

type CancelDeps = Pick<Deps, 'storage' | 'keyring' | 'clock' | 'random'>;

export type Cancelling = {
  readonly event: Extract<AuditEvent, 'mailbox.lost-undone' | 'mailbox.lost-void'>;
  /** How, or why: a fixed word. */
  readonly details: Readonly<Record<string, string>>;
  readonly journeyId: string | null;
};

type Mailbox = Pick<Account, 'email' | 'emailFingerprint'>;

/** To one of the two mailboxes: the change will not be made. */
export function stoppedLetter(
  deps: Omit<CancelDeps, 'storage'>,
  { id: accountId, locale }: Account,
  { clientId }: PendingAddress,
  { email: to, emailFingerprint }: Mailbox,
): OutboxMail {
  const model = { at: deps.clock.now() };
  const message = 'address-pending-stopped' as const;
  return composeMail(deps, { message, model, to, emailFingerprint, accountId, client: { id: clientId }, locale });
}

/** Pure; null where nothing is waiting. Both mailboxes are told. */
export function withoutPending(
  deps: Omit<CancelDeps, 'storage'>,
  account: Account,
  { event, details, journeyId }: Cancelling,
): Change | null {
  const { id: accountId, pendingAddress: pending } = account;
  if (pending === null) return null;
  const { clientId } = pending;
  const at = deps.clock.now();
  return {
    account: { ...account, pendingAddress: null },
    effects: {
      audit: [{ at, event, accountId, clientId, journeyId, details }],
      mails: [account, pending].map((mailbox) => stoppedLetter(deps, account, pending, mailbox)),
    },
  };
}

/** By somebody who is signed in. False = nothing was waiting any more. */
export async function cancelPending(deps: CancelDeps, id: AccountId, journeyId: string | null): Promise<boolean> {
  const cancelling = { event: 'mailbox.lost-undone', details: { by: 'sign-in' }, journeyId } as const;
  const { outcome } = await deps.storage.accounts.update(id, (account) => withoutPending(deps, account, cancelling));
  return outcome === 'updated';
}
