import type { Provider } from 'oidc-provider';
import type { FindAdminToken } from '../admin/http/actor.ts';
import type { AccountId, ClientId } from '../ids.ts';

/** Asks the library for a token at each call, so that one that was taken away, with its session or alone, is none. */
export function adminTokens(provider: Provider): FindAdminToken {
  return async (value) => {
    const [ofPerson, ofClient] = await Promise.all([
      provider.AccessToken.find(value),
      provider.ClientCredentials.find(value),
    ]);
    const token = ofPerson ?? ofClient;
    if (!token?.isValid || token.clientId === undefined) return null;
    return {
      // Casts: the library has these from us.
      clientId: token.clientId as ClientId,
      accountId: (ofPerson?.accountId ?? null) as AccountId | null,
      sessionUid: ofPerson?.sessionUid ?? null,
      audiences: [token.aud ?? []].flat(),
      isBound: token.isSenderConstrained(),
    };
  };
}
