import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHetu } from '../../src/identity/hetu.ts';
import type { Connector, ExchangeSecrets, FinishOutcome, StartInput } from '../../src/upstream/broker.ts';
import { brokerConfigSchema } from '../../src/upstream/broker-config.ts';
import { createBrokerKeys, type PrivateJwks, publicJwks } from '../../src/upstream/ftn/keys.ts';
import { entityIdOf, entityStatement, signedJwks } from '../../src/upstream/ftn/publications.ts';
import { createOidcBroker } from '../../src/upstream/oidc-broker.ts';
import { startProgram } from '../demo/support/start-program.ts';
import { type BrokerWalk, walkBroker } from '../support/broker-walk.ts';

/** The connector and the simulated broker, facing each other over real HTTP. */
export type BrokerWorld = Readonly<{
  brokerOrigin: string;
  /** Ours, as they are published to the broker. */
  keys: PrivateJwks;
  connector(config?: Readonly<Record<string, unknown>>): Promise<Connector>;
  simulate(switches: Readonly<Record<string, boolean | string | null>>): Promise<void>;
  close(): Promise<void>;
}>;

export type Ports = Readonly<{ avain: number; broker: number }>;

/** Starts the simulator as a program of its own, and a server that publishes our keys where Avain would. */
export async function openBrokerWorld(ports: Ports, env: Readonly<Record<string, string>> = {}): Promise<BrokerWorld> {
  const keys = await createBrokerKeys({ now: Date.now() });
  const publisher = await publish(keys, ports);
  const dataDir = await mkdtemp(join(tmpdir(), 'avain-broker-'));
  const brokerOrigin = `http://localhost:${ports.broker}`;
  const simulator = await startProgram(
    'src/demo/broker/main.ts',
    [],
    { AVAIN_DATA_DIR: dataDir, AVAIN_MOVED_PORTS: `3000:${ports.avain},3400:${ports.broker}`, ...env },
    brokerOrigin,
  );
  return {
    brokerOrigin,
    keys,
    connector: (config = {}) => connectorTo(ports, keys, config),
    async simulate(switches) {
      await fetch(`${brokerOrigin}/simulate`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(switches),
      });
    },
    async close() {
      await simulator.stop();
      publisher.closeAllConnections();
      publisher.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** The connector as development configures it for the demo broker. */
export async function connectorTo(
  ports: Ports,
  keys: PrivateJwks,
  config: Readonly<Record<string, unknown>>,
): Promise<Connector> {
  return createOidcBroker(connectorInput(ports, keys, config));
}

/** What that connector is made of. */
export function connectorInput(ports: Ports, keys: PrivateJwks, config: Readonly<Record<string, unknown>>) {
  return {
    id: 'demotunnistus',
    config: brokerConfigSchema('development').parse({ ...demoConfig(ports.broker), ...config }),
    redirectUri: `http://localhost:${ports.avain}/upstream/demotunnistus/callback`,
    keys,
    parseHetu,
    clock: { now: () => Date.now() },
    random: { bytes: randomBytes },
  };
}

const testLevel = 'http://ftn.ficora.fi/2017/loatest';

function demoConfig(port: number) {
  return {
    issuer: `http://localhost:${port}`,
    clientId: 'avain',
    acr: {
      request: [`${testLevel}2`],
      requestHigh: [`${testLevel}3`],
      accept: { [`${testLevel}2`]: 'substantial', [`${testLevel}3`]: 'high' },
    },
    method: { parameter: 'ftn_idp_id', bank: 'bank', mobile: 'mobile' },
    allowArtificialCodes: true,
  };
}

/** What Avain's own routes serve below the broker's name. */
async function publish(keys: PrivateJwks, ports: Ports): Promise<Server> {
  const { config, redirectUri } = connectorInput(ports, keys, {});
  const entityId = entityIdOf(`http://localhost:${ports.avain}`, 'demotunnistus');
  const entity = { entityId, redirectUri, organizationName: 'Oma Palvelut', config };
  const published: Readonly<Record<string, () => Promise<string | null>>> = {
    '/upstream/demotunnistus/jwks': async () => JSON.stringify(publicJwks(keys)),
    '/upstream/demotunnistus/signed-jwks': () => signedJwks(keys, entity, Date.now()),
    '/upstream/demotunnistus/entity-statement': () => entityStatement(keys, entity),
  };
  const server = createServer(async (request, response) => {
    const content = (await published[request.url ?? '']?.()) ?? null;
    response.statusCode = content === null ? 404 : 200;
    response.end(content ?? '');
  });
  server.listen(ports.avain, 'localhost');
  await once(server, 'listening');
  return server;
}

export const startInput: StartInput = { method: 'bank', locale: 'fi', serviceName: 'Oima' };

/** Starts an exchange; throws when the broker is not there. */
export async function begin(broker: Connector, input: Partial<StartInput> = {}) {
  const started = await broker.start({ ...startInput, ...input });
  if (started.outcome !== 'started') throw new Error(`not started: ${started.cause}`);
  return started;
}

/** One whole identification; `tamper` changes what is remembered, as an attacker or a fault would. */
export async function identify(
  broker: Connector,
  walk: BrokerWalk = {},
  input: Partial<StartInput> = {},
  tamper: (exchange: ExchangeSecrets) => ExchangeSecrets = (exchange) => exchange,
): Promise<FinishOutcome> {
  const { url, exchange } = await begin(broker, input);
  return broker.finish({ callbackUrl: await walkBroker(url, walk), exchange: tamper(exchange) });
}
