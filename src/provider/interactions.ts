import type { Context } from 'koa';
import { errors, type Provider } from 'oidc-provider';
import type { Deps } from '../deps.ts';
import type { AccountId, JourneyId } from '../ids.ts';
import type { Interaction, Interactions } from '../journey/interactions.ts';
import { endSessionOf, endSessions } from './end-sessions.ts';

/** The journey's port, kept by oidc-provider. */
export function createInteractions(provider: Provider, deps: Pick<Deps, 'storage' | 'log'>): Interactions {
  const ending = { ...deps, provider };
  // A cast: `get` reads the cookie of the raw request only.
  const sessionOf = (ctx: Context) =>
    provider.Session.get(ctx as unknown as Parameters<typeof provider.Session.get>[0]);
  return {
    current: (ctx) => currentInteraction(provider, ctx),
    session: async (ctx) => {
      const { uid, accountId } = await sessionOf(ctx);
      return accountId ? { uid, accountId: accountId as AccountId } : null;
    },
    finish: (ctx, result) =>
      // A cast away from readonly: the library copies what it stores.
      provider.interactionResult(
        ctx.req,
        ctx.res,
        structuredClone(result) as Parameters<Provider['interactionResult']>[2],
        {
          mergeWithLastSubmission: false,
        },
      ),
    isOpen: async (uid) => (await provider.Interaction.find(uid)) !== undefined,
    endSession: async (ctx) => endSessionOf(ending, await sessionOf(ctx)),
    endSessionsOf: (accountId) => endSessions(ending, accountId),
  };
}

async function currentInteraction(provider: Provider, ctx: Context): Promise<Interaction | null> {
  try {
    const { uid, cid, params, prompt, session } = await provider.interactionDetails(ctx.req, ctx.res);
    const journeyId = String(cid) as JourneyId;
    return { uid, journeyId, params, reasons: prompt.reasons, hadSession: session?.accountId !== undefined };
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return null;
    throw error;
  }
}
