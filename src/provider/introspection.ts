import type { KoaContextWithOIDC } from 'oidc-provider';
import { isClosed } from '../accounts/account-rules.ts';
import type { AccountId } from '../ids.ts';
import type { ProviderDeps } from './deps.ts';

/** A client learns about its own tokens only, and of none whose account is closed: the library does not look (security R38). */
export function introspectionPolicy({ storage }: Pick<ProviderDeps, 'storage'>) {
  return async (
    _ctx: KoaContextWithOIDC,
    client: { readonly clientId: string },
    token: { readonly clientId?: string | undefined; readonly accountId?: string | undefined },
  ): Promise<boolean> => {
    if (token.clientId !== client.clientId) return false;
    if (token.accountId === undefined) return true;
    // A cast: only ids of our accounts are ever put there.
    const account = await storage.accounts.byId(token.accountId as AccountId);
    return account !== null && !isClosed(account);
  };
}
