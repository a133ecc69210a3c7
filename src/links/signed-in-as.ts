/** A link of another account than the one signed in: the page says who is signed in; going on ends that session first. */
import type { Context } from 'koa';
import { maskEmail } from '../accounts/email-address.ts';
import type { AccountId } from '../ids.ts';
import { endSessionOf } from '../provider/end-sessions.ts';
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
  // A cast: `get` reads the cookie of the raw request only.
  const session = await deps.provider.Session.get(ctx as unknown as Parameters<typeof deps.provider.Session.get>[0]);
  const owner = session.accountId ? await deps.storage.accounts.byId(session.accountId as AccountId) : null;
  if (owner === null || owner.emailFingerprint === opened.link.emailFingerprint) return false;
  if (action === 'continue') {
    await endSessionOf(deps, session);
    redirect(ctx, opened.path);
    return true;
  }
  ctx.status = 200;
  const model = { maskedEmail: maskEmail(owner.email), stayHref: opened.client.startUrl };
  deps.pages.send(ctx, 'pages/signed-in-as', model, pageOf(opened));
  return true;
}
