/** The link in the mail about a deletion: whoever has the mailbox may take it back, until it is due. It never signs in. */
import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import type { Account, Deletion } from '../accounts/account.ts';
import { maskEmail } from '../accounts/email-address.ts';
import { knownFrom } from '../accounts/known-from.ts';
import { browserOf } from '../http/browser.ts';
import { ownFormsOnly } from '../http/headers.ts';
import { withDeletionTakenBack } from '../lifecycle/deletion.ts';
import { composeNotice } from '../notices/notice.ts';
import { claimLink, markSpent, releaseLink } from '../secrets/one-time.ts';
import { sendLost, sendOutdated } from './lost-link.ts';
import { type LinkDeps, liveLink, type OpenedLink, ownLinkForm, pageOf, redirect } from './mail-link.ts';
import { askToLeaveSession } from './signed-in-as.ts';

type Waiting = { readonly account: Account; readonly deletion: Deletion };

/** The account that waits for the end that this link takes back, or null when the page that says why not was sent. */
async function waitingBehind(deps: LinkDeps, ctx: Context, opened: OpenedLink): Promise<Waiting | null> {
  const { link, tokenHash } = opened;
  const account = link.accountId && (await deps.storage.accounts.byId(link.accountId));
  const deletion = account ? account.deletion : null;
  if (account && deletion?.undoTokenHash === tokenHash) return { account, deletion };
  await sendOutdated(deps, ctx, 'undo-deletion', opened);
  return null;
}

/** `GET /links/undo-deletion/:id`: changes nothing. */
export function showUndoDeletion(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const opened = await liveLink(deps, ctx, 'undo-deletion');
    const waiting = opened && (await waitingBehind(deps, ctx, opened));
    if (!opened || !waiting) return;
    if (await askToLeaveSession(deps, ctx, opened)) return;
    ctx.status = 200;
    const { account, deletion } = waiting;
    const model = { maskedEmail: maskEmail(account.email), dueAt: deletion.dueAt };
    deps.pages.send(ctx, 'pages/undo-deletion', model, pageOf(opened));
    ownFormsOnly(ctx);
  };
}

async function takeBack(deps: LinkDeps, { tokenHash, client, look }: OpenedLink, { id }: Account): Promise<string> {
  const service = { id: await knownFrom(deps, id) };
  const now = deps.clock.now();
  const { outcome } = await deps.storage.accounts.update(id, (account) =>
    withDeletionTakenBack(account, now, {
      by: 'link',
      clientId: client.id,
      journeyId: null,
      spends: tokenHash,
      letters: (kept) => [
        composeNotice(deps, {
          message: 'deletion-taken-back',
          account: kept,
          client: service,
          model: { at: now, where: look },
        }),
      ],
    }),
  );
  return outcome;
}

async function spend(deps: LinkDeps, ctx: Context, opened: OpenedLink, account: Account): Promise<void> {
  const { tokenHash, path } = opened;
  const [requestId, browser] = [randomUUID(), browserOf(ctx).hash];
  if (!(await claimLink(deps, tokenHash, { requestId, browser }))) return sendLost(deps, ctx, 'undo-deletion', opened);
  let outcome: string;
  try {
    outcome = await takeBack(deps, opened, account);
  } catch (error) {
    await releaseLink(deps, tokenHash, requestId);
    throw error;
  }
  if (outcome === 'updated') await markSpent(deps, tokenHash, browser);
  // Erased, or taken back on a page in the same moment: this page says what is now true.
  else await releaseLink(deps, tokenHash, requestId);
  redirect(ctx, path);
}

/** `POST /links/undo-deletion/:id` */
export function submitUndoDeletion(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const opened = await liveLink(deps, ctx, 'undo-deletion');
    if (opened === null) return;
    const { action } = ownLinkForm(deps, ctx, opened);
    const waiting = await waitingBehind(deps, ctx, opened);
    if (waiting === null) return;
    if (await askToLeaveSession(deps, ctx, opened, action)) return;
    await spend(deps, ctx, opened, waiting.account);
  };
}
