/** Ends sessions of an account: word is left for their clients (logout-queue.ts), and everything issued is gone. */
import type { Provider } from 'oidc-provider';
import type { Deps } from '../deps.ts';
import type { AccountId } from '../ids.ts';
import { sha256Base64url } from '../secrets/sealing.ts';
import type { BackchannelClient } from './logout-queue.ts';
import { revokeGrants } from './revoke-grants.ts';

export type EndDeps = Pick<Deps, 'storage' | 'log'> & { readonly provider: Provider };
export type StoredSession = {
  readonly uid?: string;
  /** Epoch seconds. */
  readonly iat?: number;
  readonly authorizations?: Readonly<
    Record<string, { readonly sid?: string | undefined; readonly grantId?: string | undefined }>
  >;
};

/** Never throws: whatever becomes of the messages, nothing that was issued works any more. */
export async function tell({ provider, log }: EndDeps, accountId: AccountId, session: StoredSession): Promise<void> {
  await Promise.all(
    Object.entries(session.authorizations ?? {}).map(async ([clientId, { sid }]) => {
      const client = await provider.Client.find(clientId);
      if (!client?.backchannelLogoutUri || sid === undefined) return;
      // The published types leave this method of the library's Client out.
      const { backchannelLogout } = client as typeof client & BackchannelClient;
      await backchannelLogout
        .call(client as typeof client & BackchannelClient, accountId, sid)
        .catch((err: unknown) => log.error({ err, client: clientId }, 'logout not queued'));
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

export async function storedSessions(
  { storage }: Pick<EndDeps, 'storage'>,
  accountId: AccountId,
): Promise<readonly StoredSession[]> {
  const payloads = await storage.artifacts.ofAccount('Session', accountId);
  // A cast: the library's own payloads, of which only these fields are read.
  return payloads.map((payload) => JSON.parse(payload) as StoredSession);
}

/** All sessions, grants, codes and tokens of the account (security R32). */
export async function endSessions(deps: EndDeps, accountId: AccountId): Promise<void> {
  const sessions = await storedSessions(deps, accountId);
  // First: a process that dies in between has told too much, never too little.
  await Promise.all(sessions.map((session) => tell(deps, accountId, session)));
  await deps.storage.artifacts.revokeByAccount(accountId);
  await Promise.all(sessions.map(({ uid }) => forgetProofs(deps, uid)));
}

type LibrarySession = Awaited<ReturnType<Provider['Session']['get']>>;

/** What its clients got in the session is void; then they are told. */
async function endAuthorizations(
  deps: EndDeps,
  accountId: AccountId | undefined,
  authorizations: NonNullable<StoredSession['authorizations']>,
): Promise<void> {
  await revokeGrants(
    deps.storage.artifacts,
    Object.values(authorizations).map(({ grantId }) => grantId),
  );
  if (accountId !== undefined) await tell(deps, accountId, { authorizations });
}

/** One session, in this browser: its clients are told and their grants of this session are revoked. */
export async function endSessionOf(deps: EndDeps, session: LibrarySession): Promise<void> {
  const { uid, accountId, authorizations = {} } = session;
  await session.destroy();
  await forgetProofs(deps, uid);
  // A cast: only ids of our accounts are ever put there.
  await endAuthorizations(deps, accountId as AccountId | undefined, authorizations);
}

/** Sessions of the account in whatever browsers, as {@link endSessionOf}; those that are not its own are left alone. */
export async function endSessionsByUid(deps: EndDeps, accountId: AccountId, uids: ReadonlySet<string>): Promise<void> {
  const sessions = (await storedSessions(deps, accountId)).filter(({ uid }) => uid !== undefined && uids.has(uid));
  await Promise.all(
    sessions.map(async ({ uid = '', authorizations = {} }) => {
      await deps.storage.artifacts.destroyByUid('Session', sha256Base64url(uid));
      await forgetProofs(deps, uid);
      await endAuthorizations(deps, accountId, authorizations);
    }),
  );
}

/**
 * Everything of the account ends but this one session: the other sessions, and every grant, code and token, this session's
 * too (security R32). Its clients get new ones without a word, as it stands; whoever holds an old one has nothing.
 */
export async function endOtherSessions(deps: EndDeps, session: LibrarySession): Promise<void> {
  // A cast: as above.
  const accountId = session.accountId as AccountId;
  const others = (await storedSessions(deps, accountId)).filter(({ uid }) => uid !== session.uid);
  await deps.storage.artifacts.revokeByAccount(accountId, { model: 'Session', uid: sha256Base64url(session.uid) });
  await Promise.all(others.map(({ uid }) => forgetProofs(deps, uid)));
  await Promise.all(others.map((other) => tell(deps, accountId, other)));
}
