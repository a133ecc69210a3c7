import { z } from 'zod';
import type { Account } from '../accounts/account.ts';
import { isClosed } from '../accounts/account-rules.ts';
import { knownFrom } from '../accounts/known-from.ts';
import { linkHref } from '../accounts/request-mail.ts';
import { deviceLookOf } from '../http/device-look.ts';
import { withDeletionAsked } from '../lifecycle/deletion.ts';
import { composeNotice } from '../notices/notice.ts';
import { type IssuedLink, storeLink } from '../secrets/one-time.ts';
import { type AccountContext, type AccountOutcome, defineAccountPage } from './account-page.ts';

/** Told to whoever comes there: the account is signed out, so the page tells nobody's affairs. */
export const deletionWaitsPath = '/account/delete/waits';

/** The row before the mail that has its token (decisions.md §7). It lives as long as the deletion waits. */
function storeUndo({ deps, account, client, browser }: AccountContext): Promise<IssuedLink> {
  const { id: accountId, email, emailFingerprint, locale } = account;
  const link = { purpose: 'undo-deletion', email, emailFingerprint, accountId, locale, browser } as const;
  return storeLink(deps, { ...link, clientId: client.id, journeyId: null, interactionUid: null });
}

async function askDeletion(context: AccountContext): Promise<AccountOutcome> {
  const { deps, ctx, account, client } = context;
  const service = { id: await knownFrom(deps, account.id) };
  const undo = await storeUndo(context);
  const [askedAt, where] = [deps.clock.now(), deviceLookOf(ctx)];
  const deletion = { askedAt, dueAt: undo.validUntil, undoTokenHash: undo.tokenHash };
  const undoHref = linkHref(deps.config.issuer, 'undo-deletion', undo.token);
  const letters = (asked: Account) => {
    const model = { at: askedAt, where, dueAt: deletion.dueAt, undoHref };
    return [composeNotice(deps, { message: 'deletion-asked', account: asked, client: service, model })];
  };
  const { outcome } = await deps.storage.accounts.update(account.id, (current) =>
    isClosed(current) ? null : withDeletionAsked(current, deletion, { clientId: client.id, letters }),
  );
  // Asked in another tab a moment before: its mail has the link that counts.
  if (outcome !== 'updated') await deps.storage.links.delete(undo.tokenHash);
  await deps.interactions.endSessionsOf(account.id);
  return { kind: 'done', path: deletionWaitsPath };
}

/** The end of the account: what happens and when, and the one button that asks for it. */
export const deletePage = defineAccountPage({
  path: '/account/delete',
  view: 'account/delete',
  fresh: true,
  section: { title: 'delete.title', summary: () => ({ key: 'delete.summary' }) },
  form: z.object({ action: z.literal('delete') }),
  show: ({ deps }) => ({ dueAt: deps.clock.now() + deps.config.lives.deletionWaitSeconds * 1000 }),
  submit: (context) => askDeletion(context),
});
