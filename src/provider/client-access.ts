/** Which clients hold anything of an account, by sessions or by tokens that outlive them, and taking it from one of them. */
import type { AccountId, Instant } from '../ids.ts';
import type { ClientAccess } from '../journey/interactions.ts';
import { sha256Base64url } from '../secrets/sealing.ts';
import { type EndDeps, storedSessions, tell } from './end-sessions.ts';
import { grantModels, revokeGrants } from './revoke-grants.ts';

const secondMs = 1_000;

type StoredToken = {
  readonly clientId?: string;
  readonly grantId?: string;
  readonly iat?: number;
  readonly iiat?: number;
};

async function storedTokens(
  { storage }: EndDeps,
  model: string,
  accountId: AccountId,
): Promise<readonly StoredToken[]> {
  const payloads = await storage.artifacts.ofAccount(model, accountId);
  // A cast: the library's own payloads, of which only these fields are read.
  return payloads.map((payload) => JSON.parse(payload) as StoredToken);
}

/** By client. */
export async function accessOf(deps: EndDeps, accountId: AccountId): Promise<ReadonlyMap<string, ClientAccess>> {
  const [sessions, refreshTokens] = await Promise.all([
    storedSessions(deps, accountId),
    storedTokens(deps, 'RefreshToken', accountId),
  ]);
  const access = new Map<string, ClientAccess>();
  const add = (clientId: string, at: Instant, kind: 'signedIn' | 'offline') => {
    const before = access.get(clientId) ?? { since: at, signedIn: false, offline: false };
    access.set(clientId, { ...before, since: Math.min(before.since, at), [kind]: true });
  };
  await Promise.all(
    sessions.flatMap(({ iat = 0, authorizations = {} }) =>
      Object.entries(authorizations).map(async ([clientId, { grantId }]) => {
        // A session remembers clients from which everything was taken: then nothing is left of the Grant.
        const granted = grantId && (await deps.storage.artifacts.find('Grant', sha256Base64url(grantId)));
        if (granted) add(clientId, iat * secondMs, 'signedIn');
      }),
    ),
  );
  for (const { clientId = '', iiat, iat = 0 } of refreshTokens) add(clientId, (iiat ?? iat) * secondMs, 'offline');
  return access;
}

/** Its grants and tokens in all sessions are void, and it is told that they have ended. */
export async function revokeAccess(deps: EndDeps, accountId: AccountId, clientId: string): Promise<void> {
  const [sessions, ...tokens] = await Promise.all([
    storedSessions(deps, accountId),
    ...grantModels.map((model) => storedTokens(deps, model, accountId)),
  ]);
  const own = sessions.flatMap(({ authorizations = {} }) => authorizations[clientId] ?? []);
  const held = tokens.flat().filter((token) => token.clientId === clientId);
  await revokeGrants(
    deps.storage.artifacts,
    [...own, ...held].map(({ grantId }) => grantId),
  );
  await Promise.all(
    own.map((authorization) => tell(deps, accountId, { authorizations: { [clientId]: authorization } })),
  );
}
