import type { Broker, Connector } from './broker.ts';
import { type PrivateJwks, publicJwks } from './ftn/keys.ts';
import { entityStatement, type OwnEntity, signedJwks } from './ftn/publications.ts';
import { followKeyFile, type KeyFileInput } from './key-file.ts';

export type BrokerOnKeyFileInput = Omit<KeyFileInput<Connector>, 'build'> &
  Readonly<{
    entity: OwnEntity;
    connect: (keys: PrivateJwks) => Promise<Connector>;
  }>;

/** A signed JWKS is signed at most so often, in milliseconds: the address is public, and a signature costs. */
const signAgainMs = 5 * 60_000;

/**
 * A connector that always works with the keys that are in the file now, and what we publish of them. A changed file
 * makes a new connector: an exchange under way is finished by it, since old keys stay in the file long enough.
 */
export async function createBrokerOnKeyFile(input: BrokerOnKeyFileInput): Promise<Broker> {
  const { entity, connect, clock } = input;
  const current = await followKeyFile({
    ...input,
    build: async (keys) => {
      const connector = await connect(keys);
      const statement = entityStatement(keys, entity);
      return { keys, connector, statement: await statement, signedJwks: remembered(keys, entity, clock) };
    },
  });
  const { connector } = await current();
  return {
    id: connector.id,
    enabled: connector.enabled,
    methods: connector.methods,
    start: async (request) => (await current()).connector.start(request),
    finish: async (answer) => (await current()).connector.finish(answer),
    jwks: async () => publicJwks((await current()).keys),
    signedJwks: async () => (await current()).signedJwks(),
    entityStatement: async () => (await current()).statement,
  };
}

function remembered(keys: PrivateJwks, entity: OwnEntity, { now }: BrokerOnKeyFileInput['clock']) {
  let last: { at: number; text: Promise<string | null> } | undefined;
  return () => {
    if (!last || now() - last.at > signAgainMs) last = { at: now(), text: signedJwks(keys, entity, now()) };
    return last.text;
  };
}
