/**
 * Back-channel logout (OpenID Connect Back-Channel Logout 1.0 2.5). The library sends the token itself, once, and lets the
 * person wait up to 2.5 s for each client that does not answer. Here whoever ends a session only leaves word in a durable
 * queue; logout-delivery.ts tells the clients, as often as it takes.
 */
import type { Provider } from 'oidc-provider';
import type { Deps } from '../deps.ts';
import type { AccountId, ClientId } from '../ids.ts';
import type { Logout } from '../storage/logout-port.ts';

export type BackchannelClient = {
  readonly clientId: string;
  readonly backchannelLogoutUri?: string | undefined;
  backchannelLogout(accountId: string, sid: string): Promise<void>;
};

/** Tells one client, by a token of this moment. False where the client is gone, or hears of no logouts any more. */
export type SendLogout = (logout: Logout) => Promise<boolean>;

/** From now on the library's own way to tell a client leaves word; what is returned is that way, as it was. */
export function queueLogouts(
  provider: Provider,
  { storage, clock, random, log }: Pick<Deps, 'storage' | 'clock' | 'random' | 'log'>,
): SendLogout {
  // A cast: the published types leave this method of the library's Client out.
  const { prototype } = provider.Client as unknown as { prototype: BackchannelClient };
  const send = prototype.backchannelLogout;
  prototype.backchannelLogout = async function (this: BackchannelClient, accountId, sid) {
    const id = random.bytes(16).toString('base64url');
    // Casts: the library's ids are ours.
    const ids = { clientId: this.clientId as ClientId, accountId: accountId as AccountId };
    await storage.logouts.add([{ id, ...ids, sid, createdAt: clock.now() }]);
  };
  // Of the library's own sign-out, which ends the session whatever becomes of the messages.
  provider.on('backchannel.error', (_ctx, err, { clientId }) =>
    log.error({ err, client: clientId }, 'logout not queued'),
  );
  return async ({ clientId, accountId, sid }) => {
    const client = await provider.Client.find(clientId);
    // A cast: as above.
    const told = client as unknown as BackchannelClient | undefined;
    if (!told?.backchannelLogoutUri) return false;
    await send.call(told, accountId, sid);
    return true;
  };
}
