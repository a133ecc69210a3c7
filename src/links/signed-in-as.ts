/** A link of another account than the one signed in: the page says who is signed in; going on ends that session first. */
import type { Context } from 'koa';
import { maskEmail } from '../accounts/email-address.ts';
import { signInAddress } from '../clients/sign-in-address.ts';
import { type LinkDeps, type OpenedLink, pageOf, redirect } from './mail-link.ts';

/**
 * True when the answer was given here: the question, or (action `continue`) the redirect back to the link after the
 * session has ended. Nothing changes an account silently.
 */
export async function askToLeaveSession(
  deps: LinkDeps,
  ctx: Context,
  opened: OpenedLink,
  action?: string,
): Promise<boolean> {
  const session = await deps.interactions.session(ctx);
  const owner = session && (await deps.storage.accounts.byId(session.accountId));
  const { emailFingerprint, accountId } = opened.link;
  // By either: an account may have another address than the one its link was sent to.
  if (owner === null || owner.emailFingerprint === emailFingerprint || owner.id === accountId) return false;
  if (action === 'continue') await deps.interactions.endSession(ctx);
  if (ctx.method === 'POST') {
    redirect(ctx, opened.path);
    return true;
  }
  ctx.status = 200;
  const model = { maskedEmail: maskEmail(owner.email), stayHref: signInAddress(opened.client, deps.config.issuer) };
  deps.pages.send(ctx, 'pages/signed-in-as', model, pageOf(opened));
  return true;
}
