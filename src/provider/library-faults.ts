/** The provider library has rules of its own for clients: what it refuses is told like every other fault, in our words. */
import { errors, type Provider } from 'oidc-provider';
import type { ClientSet } from '../config/client-set.ts';
import type { Fault } from '../config/faults.ts';
import type { Client } from '../config/schema.ts';
import { faultAt } from '../config/yaml-file.ts';
import { clientMetadata } from './client-metadata.ts';

/** What the library calls otherwise than the client file, but for the way of writing. */
const keyOf: Readonly<Record<string, string>> = {
  token_endpoint_auth_method: 'authMethod',
  client_secret: 'clientSecretFile',
  application_type: 'application',
  grant_types: 'clientCredentials',
  scope: 'scopes',
  sector_identifier_uri: 'redirectUris',
};

/** Where our words say more than the library's. */
const expectedOf: Readonly<Record<string, string>> = {
  sector_identifier_uri: "addresses of one host, as a third party's `sub` belongs to one",
};

/** Every client that the library refuses, with the first thing that it finds. Throws for one of Avain's own. */
export async function libraryFaults(provider: Provider, { clients, sources }: ClientSet): Promise<readonly Fault[]> {
  const refused = await Promise.all(
    clients.map(async (client) => ({ client, why: await refusalOf(provider, client) })),
  );
  return refused.flatMap(({ client, why }) => {
    if (why === null) return [];
    const source = sources.get(client.id);
    if (!source) throw new Error(`the library refuses ${client.id}: ${why}`);
    const name = /[a-z]+(?:_[a-z0-9]+)+|scope/.exec(why)?.[0] ?? '';
    const key = keyOf[name] ?? name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return [faultAt(source, key === '' ? [] : [key], expectedOf[name] ?? `what the library accepts: ${why}`)];
  });
}

async function refusalOf(provider: Provider, client: Client): Promise<string | null> {
  // A cast: the library has this function for every client that registers, its types have not.
  const { validate } = provider.Client as unknown as { validate(metadata: object): Promise<void> };
  try {
    await validate.call(provider.Client, clientMetadata(client));
    return null;
  } catch (error) {
    if (error instanceof errors.InvalidClientMetadata) return error.error_description ?? error.message;
    throw error;
  }
}
