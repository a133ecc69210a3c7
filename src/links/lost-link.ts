/** Two requests with one link at the same moment: what the slower one is told. */
import type { Context } from 'koa';
import { browserOf } from '../http/browser.ts';
import { settledLink } from '../secrets/one-time.ts';
import type { LinkPurpose } from '../storage/rows.ts';
import { type LinkDeps, type OpenedLink, redirect, sendDead } from './mail-link.ts';

/** To the loser of a race for the link: its winner's own browser is led to what is now true, others are told. */
export async function sendLost(deps: LinkDeps, ctx: Context, purpose: LinkPurpose, opened: OpenedLink): Promise<void> {
  const { link } = await settledLink(deps, purpose, opened.tokenHash);
  const winner = link?.spentBy ?? link?.claim?.browser;
  if (winner === browserOf(ctx).hash) return redirect(ctx, opened.path);
  sendDead(deps, ctx, purpose, 'used', opened.link);
}

/** What the link was for is not there any more: done by this very link a moment ago, or otherwise. */
export async function sendOutdated(
  deps: LinkDeps,
  ctx: Context,
  purpose: LinkPurpose,
  opened: OpenedLink,
): Promise<void> {
  const { state } = await settledLink(deps, purpose, opened.tokenHash);
  if (state === 'used') return sendLost(deps, ctx, purpose, opened);
  sendDead(deps, ctx, purpose, 'replaced', opened.link);
}
