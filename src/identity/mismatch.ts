import type { DeviceLook } from '../accounts/account.ts';
import type { AuditRecord } from '../audit/audit-log.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { AccountId } from '../ids.ts';
import type { Journey } from '../journey/journey.ts';
import { composeNotice } from '../notices/notice.ts';

type MismatchDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'clock' | 'random'>;

export type Mismatch = {
  /** The account that has another identity than the one proved. */
  readonly accountId: AccountId;
  readonly client: Client;
  readonly journeyId: Journey['id'];
  readonly where: DeviceLook;
  readonly details: AuditRecord['details'];
};

const dayMs = 86_400_000;

/**
 * Somebody else than the account's own person was identified: the proof is dropped here and now, nothing of either
 * identity is shown, and the owner is told by mail, at most once a day. The third one in a journey ends it.
 */
export async function dropForeignIdentity(
  deps: MismatchDeps,
  { accountId, client, journeyId, where, details }: Mismatch,
): Promise<(journey: Journey) => Journey> {
  const now = deps.clock.now();
  await deps.storage.accounts.update(accountId, (account) => {
    const told = account.mismatchMailedAt !== null && now - account.mismatchMailedAt < dayMs;
    const mail = { message: 'mismatch', account, client, model: { at: now, where } } as const;
    const audit = {
      at: now,
      event: 'strong-auth.mismatch',
      accountId,
      clientId: client.id,
      journeyId,
      details,
    } as const;
    const changed = told ? account : { ...account, mismatchMailedAt: now };
    return { account: changed, effects: { audit: [audit], mails: told ? [] : [composeNotice(deps, mail)] } };
  });
  return (current) => ({ ...current, identity: null, brokerNotice: 'mismatch', mismatches: current.mismatches + 1 });
}
