import type { Context } from 'koa';
import { errors, type Provider } from 'oidc-provider';
import type { Deps } from '../deps.ts';
import { RequestRefused } from '../errors.ts';
import { browserOf } from '../http/browser.ts';
import type { AccountId, JourneyId } from '../ids.ts';
import type { Interaction, Interactions } from '../journey/interactions.ts';
import { sha256Base64url } from '../secrets/sealing.ts';
import { accessOf, revokeAccess } from './client-access.ts';
import {
  type EndDeps,
  endOtherSessions,
  endSessionOf,
  endSessions,
  endSessionsByUid,
  storedSessions,
} from './end-sessions.ts';

/** The journey's port, kept by oidc-provider. */
export function createInteractions(provider: Provider, deps: Pick<Deps, 'storage' | 'log' | 'clock'>): Interactions {
  const ending = { ...deps, provider };
  // A cast: `get` reads the cookie of the raw request only.
  const sessionOf = (ctx: Context) =>
    provider.Session.get(ctx as unknown as Parameters<typeof provider.Session.get>[0]);
  /**
   * The session of another account than the one that signs in now, or null. It must end in order and leave nothing to
   * the new one: the library would show a bare page of its own for it at resume.
   */
  const replacedSession = async (ctx: Context, accountId: AccountId) => {
    const session = await sessionOf(ctx);
    return session.accountId && session.accountId !== accountId ? session : null;
  };
  return {
    current: (ctx) => currentInteraction(provider, ctx),
    session: async (ctx) => {
      const { uid, accountId, loginTs = 0, authorizations = {} } = await sessionOf(ctx);
      if (!accountId) return null;
      return {
        uid,
        accountId: accountId as AccountId,
        provedAt: loginTs * 1_000,
        clients: Object.keys(authorizations),
      };
    },
    finish: finishedElsewhereIsGone(async (ctx, result) => {
      const interaction = await provider.interactionDetails(ctx.req, ctx.res);
      const replaced = 'login' in result && result.login ? await replacedSession(ctx, result.login.accountId) : null;
      // It belongs to no session from now on; else it would end with the one it began in.
      if (replaced) Reflect.deleteProperty(interaction, 'session');
      // A cast away from readonly: the library copies what it stores.
      interaction.result = structuredClone({ ...result, finishedIn: browserOf(ctx).hash }) as typeof interaction.result;
      await interaction.save(Math.max(1, interaction.exp - Math.floor(deps.clock.now() / 1_000)));
      if (replaced) await endSessionOf(ending, replaced);
      return interaction.returnTo;
    }),
    mayResume: async (uid, browser) => {
      const finishedIn: unknown = (await provider.Interaction.find(uid))?.result?.finishedIn;
      return finishedIn === undefined || finishedIn === browser;
    },
    isOpen: async (uid) => {
      const interaction = await provider.Interaction.find(uid);
      const session = interaction?.session?.uid;
      // The library lets no interaction go on whose session has ended meanwhile.
      return interaction !== undefined && (!session || (await provider.Session.findByUid(session)) !== undefined);
    },
    dropCode: (code) => deps.storage.artifacts.destroy('AuthorizationCode', sha256Base64url(code)),
    ...endings(ending, sessionOf),
  };
}

type SessionOf = (ctx: Context) => ReturnType<Provider['Session']['get']>;

/** What of an account stands open, and its end. */
function endings(ending: EndDeps, sessionOf: SessionOf) {
  return {
    endSession: async (ctx: Context) => endSessionOf(ending, await sessionOf(ctx)),
    endSessionsOf: (accountId) => endSessions(ending, accountId),
    endOtherSessions: async (ctx: Context, accountId) => {
      const session = await sessionOf(ctx);
      await (session.accountId === accountId ? endOtherSessions(ending, session) : endSessions(ending, accountId));
    },
    endSessionsByUid: (accountId, uids) => endSessionsByUid(ending, accountId, uids),
    sessionUidsOf: async (accountId) =>
      (await storedSessions(ending, accountId)).flatMap(({ uid }) => (uid === undefined ? [] : [uid])),
    accessOf: (accountId) => accessOf(ending, accountId),
    revokeAccess: (accountId, clientId) => revokeAccess(ending, accountId, clientId),
  } satisfies Partial<Interactions>;
}

/** The other half of a double click may have finished it since this request began. */
function finishedElsewhereIsGone(finish: Interactions['finish']): Interactions['finish'] {
  const texts = { title: 'session.expired-title', body: 'session.expired-body' } as const;
  return async (ctx, result) => {
    try {
      return await finish(ctx, result);
    } catch (error) {
      if (error instanceof errors.SessionNotFound) throw new RequestRefused(410, 'interaction-gone', texts);
      throw error;
    }
  };
}

async function currentInteraction(provider: Provider, ctx: Context): Promise<Interaction | null> {
  try {
    const interaction = await provider.interactionDetails(ctx.req, ctx.res);
    const { uid, cid, params, prompt, session } = interaction;
    // A cast: every model has it, which the library's types say of tokens only.
    const { iat } = interaction as unknown as { readonly iat: number };
    const journeyId = String(cid) as JourneyId;
    // It may have come to the store at another node: the registry learns of it here.
    await provider.Client.find(String(params.client_id));
    // A cast: only accounts of ours are ever signed in.
    const sessionAccountId = (session?.accountId ?? null) as AccountId | null;
    return { uid, journeyId, params, reasons: prompt.reasons, begunAt: iat * 1_000, sessionAccountId };
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return null;
    throw error;
  }
}
