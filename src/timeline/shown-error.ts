import type { Context } from 'koa';
import type { Deps } from '../deps.ts';
import { codeOf } from '../errors.ts';
import { networkOf } from '../http/network.ts';
import { whoseRequest } from '../http/refusal.ts';
import { leaveTrail, trailOf, trailOfWhom, trod } from './trail.ts';

type NoteDeps = Pick<Deps, 'storage' | 'clock' | 'log'>;

/** A person sees a few; what asks for more is no person, and the log has a line for each. */
const perNetwork = { most: 30, windowMs: 600_000 };

/**
 * What the reference on an error page leads to: which error it was, and in which journey or account. Never throws, and
 * waits no longer than any request may: the page is shown whatever becomes of this.
 */
export async function noteShownError(
  { storage, clock, log }: NoteDeps,
  ctx: Context,
  { reference, code, status }: { readonly reference: string; readonly code: string; readonly status: number },
): Promise<void> {
  const { journeyId, accountId, clientId } = whoseRequest(ctx);
  const thing = trod('error-shown', { journeyId, accountId, clientId, details: { reference, code, status } });
  try {
    await storage.bounded(async () => {
      const shown = await storage.limits.hit(`trail|network|${networkOf(ctx)}`, perNetwork.windowMs);
      if (shown.count > perNetwork.most) return;
      await leaveTrail({ storage, clock }, trailOf.reference(reference), thing);
      const key = trailOfWhom(thing);
      if (key !== null) await leaveTrail({ storage, clock }, key, thing);
    });
  } catch (error) {
    log.warn({ reference, code: codeOf(error) }, 'the reference leads nowhere but to this log');
  }
}
