import { accountClientId, isOwnClient } from '../config/own-clients.ts';
import type { Deps } from '../deps.ts';
import type { AccountId, ClientId } from '../ids.ts';

const recentRecords = 100;

/**
 * The service its owner knows the account from: a mail that no service has caused speaks in its name. Avain's own pages are
 * no service; where nothing is known, the first one that is configured.
 */
export async function knownFrom(
  { storage, clients }: Pick<Deps, 'storage' | 'clients'>,
  accountId: AccountId,
): Promise<ClientId> {
  const records = await storage.audit.list({ accountId, limit: recentRecords });
  const seen = records.flatMap(({ clientId }) => clientId ?? []);
  // Nobody's security mail speaks in a name that a client gave itself.
  const isService = (id: ClientId) => !isOwnClient(id) && !clients.get(id)?.registered;
  const services = [...seen, ...[...clients.values()].map(({ id }) => id)].filter(isService);
  const [clientId = accountClientId] = services;
  return clientId;
}
