/**
 * The library's `Client` model over our registry: asked at every request, so that a client that was changed is another one
 * at once. The library knows a client by the hash of its metadata and keeps the newest hundred ready.
 */
import type { Adapter } from 'oidc-provider';
import type { Client } from '../config/schema.ts';
import { clientMetadata } from './client-metadata.ts';

/** null = there is no such client. */
export type FindClient = (id: string) => Promise<Client | null>;

export type RegisteredClients = Pick<Adapter, 'upsert' | 'destroy'>;

const notHere = async (): Promise<never> => {
  throw new Error('clients are not made by the library');
};

/** `registered`: keeps clients that register themselves; null where none may. */
export function createClientModel(find: FindClient, registered: RegisteredClients | null): Adapter {
  return {
    find: async (id) => {
      const client = await find(id);
      return client ? clientMetadata(client) : undefined;
    },
    upsert: registered?.upsert ?? notHere,
    destroy: registered?.destroy ?? notHere,
    findByUid: notHere,
    findByUserCode: notHere,
    consume: notHere,
    revokeByGrantId: notHere,
  };
}
