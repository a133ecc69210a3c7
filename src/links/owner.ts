/**
 * The link that `avain admin create-owner` prints: whoever opens it, proves who they are by strong identification and
 * agrees becomes an owner of this installation (admin/). The link alone opens nothing, and signing in alone neither.
 */
import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import { isClosed } from '../accounts/account-rules.ts';
import { adminPlace } from '../admin/pages/admin-place.ts';
import { browserOf } from '../http/browser.ts';
import { ownFormsOnly } from '../http/headers.ts';
import { claimLink, markSpent, releaseLink } from '../secrets/one-time.ts';
import { type SignedIn, signedIn } from '../self-service/session-guard.ts';
import { sendLost } from './lost-link.ts';
import { type LinkDeps, liveLink, type OpenedLink, ownLinkForm, pageOf, redirect } from './mail-link.ts';

/** Where a sign-in may come back to: the page of such a link. */
export const isOwnerPage = (path: string): boolean => /^\/links\/owner\/[\w-]{16}$/.test(path);

type Entered = { readonly opened: OpenedLink; readonly person: SignedIn };

/** Null when the page of a dead link was sent, or they were led to prove who they are. */
async function enter(deps: LinkDeps, ctx: Context): Promise<Entered | null> {
  const opened = await liveLink(deps, ctx, 'owner');
  // Identified minutes ago: this gives everything there is to give.
  const person = opened && (await signedIn(deps, ctx, adminPlace, { page: opened.path, fresh: 'identified' }));
  return opened && person && { opened: { ...opened, locale: person.locale }, person };
}

/** `GET /links/owner/:id`: changes nothing. */
export function showOwner(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const entered = await enter(deps, ctx);
    if (entered === null) return;
    const { opened, person } = entered;
    ctx.status = 200;
    deps.pages.send(ctx, 'pages/owner', { email: person.account.email }, pageOf(opened));
    ownFormsOnly(ctx);
  };
}

/** `POST /links/owner/:id` */
export function submitOwner(deps: LinkDeps) {
  return async (ctx: Context): Promise<void> => {
    const entered = await enter(deps, ctx);
    if (entered === null) return;
    const { opened, person } = entered;
    ownLinkForm(deps, ctx, opened);
    const [requestId, browser] = [randomUUID(), browserOf(ctx).hash];
    if (!(await claimLink(deps, opened.tokenHash, { requestId, browser }))) return sendLost(deps, ctx, 'owner', opened);
    let outcome: string;
    try {
      outcome = await makeOwner(deps, person, opened);
    } catch (error) {
      await releaseLink(deps, opened.tokenHash, requestId);
      throw error;
    }
    if (outcome === 'updated') await markSpent(deps, opened.tokenHash, browser);
    // An owner already, or barred in this very moment: the link is still good for somebody else.
    else await releaseLink(deps, opened.tokenHash, requestId);
    redirect(ctx, adminPlace.path);
  };
}

async function makeOwner(deps: LinkDeps, { account: { id } }: SignedIn, { tokenHash }: OpenedLink): Promise<string> {
  const at = deps.clock.now();
  const { outcome } = await deps.storage.accounts.update(id, (account) => {
    if (account.adminRole === 'owner' || isClosed(account)) return null;
    const details = { from: account.adminRole, to: 'owner', by: 'link' };
    const audit = { at, event: 'admin-role.changed', accountId: id, clientId: null, journeyId: null, details } as const;
    return { account: { ...account, adminRole: 'owner' }, effects: { audit: [audit], spends: tokenHash } };
  });
  return outcome;
}
