/** Ends sessions of an account: each tells its clients by back-channel logout tokens; then everything issued is gone. */
import type { Provider } from 'oidc-provider';
import type { Deps } from '../deps.ts';
import type { AccountId } from '../ids.ts';
import { grantModels } from './adapter.ts';

type EndDeps = Pick<Deps, 'storage' | 'log'> & { readonly provider: Provider };
type StoredSession = {
  readonly uid?: string;
  readonly authorizations?: Readonly<Record<string, { readonly sid?: string | undefined }>>;
};

type BackchannelClient = { backchannelLogout(accountId: string, sid: string): Promise<void> };

/** OpenID Connect Back-Channel Logout 1.0 2.5; a client that cannot be reached is logged, never waited for long (2.5 s). */
async function tell({ provider, log }: EndDeps, accountId: AccountId, session: StoredSession): Promise<void> {
  await Promise.all(
    Object.entries(session.authorizations ?? {}).map(async ([clientId, { sid }]) => {
      const client = await provider.Client.find(clientId);
      if (!client?.backchannelLogoutUri || sid === undefined) return;
      // The published types leave this method of the library's Client out.
      const { backchannelLogout } = client as typeof client & BackchannelClient;
      await backchannelLogout.call(client, accountId, sid).catch((error: unknown) => {
        log.warn(
          { client: clientId, code: error instanceof Error ? error.name : 'unknown' },
          'back-channel logout failed',
        );
      });
    }),
  );
}

/**
 * The library saves a session at the end of every request, so one that was under way when the session ended brings it
 * back. Without what was proved in it it opens nothing: the ladder begins at the bottom.
 */
async function forgetProofs({ storage }: EndDeps, uid: string | undefined): Promise<void> {
  if (uid !== undefined) await storage.sessions.delete(uid);
}

/** All sessions, grants, codes and tokens of the account (security R32). */
export async function endSessions(deps: EndDeps, accountId: AccountId): Promise<void> {
  const payloads = await deps.storage.artifacts.ofAccount('Session', accountId);
  // Revoked first: whatever becomes of the messages, nothing works any more.
  await deps.storage.artifacts.revokeByAccount(accountId);
  // A cast: the library's own payloads, read for their uid and their list of clients only.
  const sessions = payloads.map((payload) => JSON.parse(payload) as StoredSession);
  await Promise.all(sessions.map(({ uid }) => forgetProofs(deps, uid)));
  await Promise.all(sessions.map((session) => tell(deps, accountId, session)));
}

/** One session, in this browser: its clients are told and their grants of this session are revoked. */
export async function endSessionOf(
  deps: EndDeps,
  session: Awaited<ReturnType<Provider['Session']['get']>>,
): Promise<void> {
  const { uid, accountId, authorizations = {} } = session;
  await session.destroy();
  await forgetProofs(deps, uid);
  await Promise.all(
    Object.values(authorizations).map(async ({ grantId }) => {
      if (grantId === undefined) return;
      await Promise.all(grantModels.map((model) => deps.storage.artifacts.revokeByGrant(model, grantId)));
      await (await deps.provider.Grant.find(grantId))?.destroy();
    }),
  );
  if (accountId !== undefined) await tell(deps, accountId as AccountId, { authorizations });
}
