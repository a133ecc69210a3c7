/** Spending an activation link: the account comes into being, or an imported one comes to life. */
import { randomUUID } from 'node:crypto';
import type { Account } from '../accounts/account.ts';
import { isInUse } from '../accounts/account-rules.ts';
import { newAccount } from '../accounts/new-account.ts';
import type { AuditEvent } from '../audit/audit-log.ts';
import type { BrowserHash } from '../ids.ts';
import type { OutboxMail } from '../mail/outbox.ts';
import { composeNotice } from '../notices/notice.ts';
import { claimLink, markSpent, releaseLink } from '../secrets/one-time.ts';
import type { LinkDeps, OpenedLink } from './mail-link.ts';

/** Pure: what the form's password makes of the account. */
export type WithPassword = (account: Account, now: number) => Account;

/** The account behind the link's address, if it was imported and never activated. */
export async function importedAccount(deps: LinkDeps, { link }: OpenedLink): Promise<Account | null> {
  const account = await deps.storage.accounts.byEmail(link.emailFingerprint);
  return account?.activatedAt === null ? account : null;
}

function audits(opened: OpenedLink, account: Account, events: readonly AuditEvent[], at: number) {
  const { link, client, sameBrowser } = opened;
  const common = {
    at,
    accountId: account.id,
    clientId: client.id,
    journeyId: link.journeyId,
    details: { sameBrowser },
  };
  return events.map((event) => ({ ...common, event }));
}

/** The owner of an account in use is told of a new password, as after a reset. */
function notices(deps: LinkDeps, { client, look }: OpenedLink, before: Account, after: Account): OutboxMail[] {
  if (!isInUse(before) || after.passwordSetAt === before.passwordSetAt) return [];
  const model = { at: deps.clock.now(), where: look };
  return [composeNotice(deps, { message: 'password-changed', account: after, client, model })];
}

/** The durable part: account, audit and the spent token in one transaction. null = somebody was faster. */
async function activate(deps: LinkDeps, opened: OpenedLink, change: WithPassword): Promise<Account | null> {
  const { link, tokenHash } = opened;
  const now = deps.clock.now();
  const imported = await importedAccount(deps, opened);
  if (imported) {
    const result = await deps.storage.accounts.update(imported.id, (account) => {
      if (account.activatedAt !== null) return null;
      const activated = change({ ...account, activatedAt: now }, now);
      return {
        account: activated,
        effects: {
          spends: tokenHash,
          audit: audits(opened, account, ['account.activated'], now),
          mails: notices(deps, opened, account, activated),
        },
      };
    });
    return result.outcome === 'updated' ? result.account : null;
  }
  const { email, emailFingerprint, locale } = link;
  const blank = newAccount(deps, { email, emailFingerprint, locale, createdAt: now, bornIn: link.journeyId });
  const account = change({ ...blank, activatedAt: now }, now);
  const events: AuditEvent[] = ['account.created', 'account.activated'];
  const outcome = await deps.storage.accounts.create(account, {
    spends: tokenHash,
    audit: audits(opened, account, events, now),
  });
  return outcome === 'created' ? account : null;
}

/** Claim, durable change, mark: the order of decisions.md §7. null = somebody was faster. */
export async function spendActivation(
  deps: LinkDeps,
  opened: OpenedLink,
  browser: BrowserHash,
  change: WithPassword,
): Promise<Account | null> {
  const { tokenHash } = opened;
  const requestId = randomUUID();
  if (!(await claimLink(deps, tokenHash, { requestId, browser }))) return null;
  let account: Account | null;
  try {
    account = await activate(deps, opened, change);
  } catch (error) {
    await releaseLink(deps, tokenHash, requestId);
    throw error;
  }
  await markSpent(deps, tokenHash, account && browser);
  return account;
}
