import type { Context } from 'koa';
import type { Deps } from '../deps.ts';
import { deviceLookOf } from '../http/device-look.ts';
import type { FoundLink } from '../secrets/one-time.ts';
import { leaveTrail, trailOf, trod } from './trail.ts';

/**
 * `address`: the link as it stands in the mail, which a scanner opens like a person. `page`: the clean address behind it,
 * which only what keeps cookies comes to. `form`: sent from that page, by a person.
 */
type Opening = 'address' | 'page' | 'form';

/** A browser says which one it is; what says nothing, or only looks, is a program. */
function openedBy(ctx: Context, opening: Opening): string {
  if (ctx.method === 'HEAD') return 'program';
  if (opening !== 'address') return opening;
  return deviceLookOf(ctx).program === null ? 'program' : 'something';
}

/** That a link of a mail was opened, by what, and whether it was still good. Nothing where no such link was ever mailed. */
export async function noteOpenedLink(
  deps: Pick<Deps, 'storage' | 'clock'>,
  ctx: Context,
  { link, state }: FoundLink,
  opening: Opening,
): Promise<void> {
  // An owner's link is printed for an operator: it has neither a journey nor an address by which it would be found.
  if (link === null || link.purpose === 'owner') return;
  const { journeyId, accountId, clientId, purpose, emailFingerprint } = link;
  const key = journeyId === null ? trailOf.address(emailFingerprint) : trailOf.journey(journeyId);
  const details = { purpose, by: openedBy(ctx, opening), state };
  await leaveTrail(deps, key, trod('link-opened', { journeyId, accountId, clientId, details }));
}
