/**
 * Several nodes of one Avain: on one MongoDB-compatible server and one Redis, behind a plain balancer, with the same
 * configuration and secrets; beside them the mailbox and the broker. Each node may have the stores behind fault proxies
 * of its own.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addresses } from '../../src/demo/ports.ts';
import { shippedFlags } from '../bench/server.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { freePort } from './free-ports.ts';
import { createPrograms, ended, freeOffset, type Programs, worldEnvironment } from './programs.ts';
import type { Site } from './start-world.ts';
import { type StoreServer, startMongo, startRedis } from './store-servers.ts';

export type AvainNode = {
  readonly port: number;
  /** Its own address, past the balancer. The issuer is the balancer's. */
  readonly origin: string;
  readonly process: ChildProcess;
  readonly mongo: FaultProxy;
  readonly redis: FaultProxy;
  end(signal: NodeJS.Signals): Promise<void>;
  /** Again, ready when it resolves. */
  start(): Promise<void>;
};

export type Nodes = Site & {
  readonly env: NodeJS.ProcessEnv;
  readonly nodes: readonly AvainNode[];
  readonly mongo: StoreServer;
  readonly redis: StoreServer;
  readonly balancer: Balancer;
  /** A story that happens at one node only. */
  at(node: AvainNode): Site;
  output(): string;
  stop(): Promise<void>;
};

export type NodesOptions = { readonly count?: number; readonly env?: NodeJS.ProcessEnv };

export async function startNodes({ count = 2, env: extra = {} }: NodesOptions = {}): Promise<Nodes> {
  const [mongo, redis, offset] = await Promise.all([startMongo(), startRedis(), freeOffset()]);
  const dataDir = await mkdtemp(join(tmpdir(), 'avain-nodes-'));
  const issuer = `http://localhost:${3000 + offset}`;
  const env = worldEnvironment(offset, dataDir, {
    AVAIN_ISSUER: issuer,
    AVAIN_STORAGE: 'mongo-redis',
    AVAIN_MONGO_URL: mongo.url,
    AVAIN_REDIS_URL: redis.url,
    ...extra,
  });
  const at = addresses(env);
  const programs = createPrograms(env);
  await startNeighbours(programs, at.mailbox.origin, at.broker.origin);
  const nodes = await Promise.all(Array.from({ length: count }, () => createNode(programs, mongo, redis)));
  await Promise.all(nodes.map((node) => node.start()));
  const balancer = await startBalancer(
    at.avain.port,
    nodes.map(({ port }) => port),
  );
  const site = { addresses: at, issuer, dataDir };
  return {
    ...site,
    env,
    nodes,
    mongo,
    redis,
    balancer,
    at: ({ origin }) => ({ ...site, issuer: origin }),
    output: programs.output,
    stop: async () => {
      await Promise.all([programs.stop(), balancer.stop()]);
      await Promise.all(nodes.flatMap((node) => [node.mongo.stop(), node.redis.stop()]));
      await Promise.all([mongo.stop(), redis.stop(), rm(dataDir, { recursive: true, force: true })]);
    },
  };
}

/** The accounts of the personas, the mailbox and the broker. */
async function startNeighbours({ start, untilReady, output }: Programs, ...origins: [string, string]): Promise<void> {
  const [mailbox, broker] = origins;
  const [code] = await once(start(['test/support/seed.ts']), 'exit');
  if (code !== 0) throw new Error(`no personas:\n${output()}`);
  await Promise.all([
    untilReady(`${mailbox}/api/messages`, start(['src/demo/mailbox/main.ts'])),
    untilReady(broker, start(['src/demo/broker/main.ts'])),
  ]);
}

async function createNode(programs: Programs, mongo: StoreServer, redis: StoreServer): Promise<AvainNode> {
  const proxied = ({ port }: StoreServer) => startFaultProxy({ to: { host: '127.0.0.1', port } });
  const [toMongo, toRedis, port] = await Promise.all([proxied(mongo), proxied(redis), freePort()]);
  const origin = `http://localhost:${port}`;
  let child: ChildProcess | undefined;
  const running = (): ChildProcess => {
    if (!child) throw new Error('this node was never started');
    return child;
  };
  return {
    port,
    origin,
    get process() {
      return running();
    },
    mongo: toMongo,
    redis: toRedis,
    end: (signal) => ended(running(), signal),
    start: async () => {
      child = programs.start([...shippedFlags(), 'bin/avain.mjs', 'serve'], {
        AVAIN_PORT: String(port),
        // Direct: behind a proxy the server would be found by the address it tells of itself.
        AVAIN_MONGO_URL: `mongodb://127.0.0.1:${toMongo.port}/?directConnection=true`,
        AVAIN_REDIS_URL: `redis://127.0.0.1:${toRedis.port}`,
      });
      await programs.untilReady(`${origin}/health/ready`, child);
    },
  };
}
