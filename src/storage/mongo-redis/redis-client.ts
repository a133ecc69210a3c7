/**
 * ioredis as we want it. Nothing is asked twice (a lost reply is a failure, not a second try), nothing waits in a queue
 * for a connection, and a connection that says nothing is dropped and made anew (security.md §0, 3 and 4). What was given
 * up may still be done, once: a server that thaws reads what has reached it.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { AbstractConnector, Cluster, Redis } from 'ioredis';
import type { ServerInfo } from './fence.ts';
import { type Client, scripts } from './scripts.ts';

export type RedisAddress = {
  /** Of one server; null where `clusterNodes` has some. */
  readonly url: string | null;
  readonly clusterNodes: readonly string[];
  readonly user: string | null;
  readonly password: string | null;
  /** Certificates to trust, PEM; null = those of the system. */
  readonly ca: string | null;
};

/** No command is waited for longer; also the silence after which a connection is dropped. */
export const commandLimitMs = 500;

const connectLimitMs = 1_000;

/** Used again within 2 s of a server's return; the jitter keeps the nodes from coming all at once. */
const retryDelayMs = (attempt: number): number => Math.min(50 * attempt, 250) + Math.floor(Math.random() * 50);

/** Connects at once, and again and again. `admits` is asked about each server before its connection is used at all. */
export function createClient(address: RedisAddress, admits: (info: ServerInfo) => boolean): Client {
  const urls = address.url === null ? address.clusterNodes : [address.url];
  const nodes = urls.map((url) => new URL(url));
  const options = connectionOptions(address, nodes, admits);
  if (address.url === null) return createCluster(nodes, options);
  const [node] = nodes;
  // `retryStrategy` and the queue are set for a cluster's connections by the cluster.
  return new Redis({
    ...options,
    ...placeOf(node),
    db: Number(node?.pathname.slice(1) || 0),
    enableOfflineQueue: false,
    retryStrategy: retryDelayMs,
    scripts,
  });
}

function connectionOptions(
  { user, password, ca }: RedisAddress,
  nodes: readonly URL[],
  admits: (info: ServerInfo) => boolean,
) {
  return {
    ...(user !== null && { username: user }),
    ...(password !== null && { password }),
    ...(nodes.some(({ protocol }) => protocol === 'rediss:') && { tls: ca === null ? {} : { ca } }),
    // What RESP 3 and the client's name would bring is not used, and old proxies know neither.
    protocol: 2 as const,
    disableClientInfo: true,
    commandTimeout: commandLimitMs,
    socketTimeout: commandLimitMs,
    connectTimeout: connectLimitMs,
    // ioredis 6.0.0 never settles what was under way when a connection ended, unless it flushes at the first retry (0).
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    maxLoadingRetryTime: 200,
    keepAlive: 10_000,
    noDelay: true,
    // A primary that has become a replica; what it refused was not done and is not sent again.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    Connector: connectorFor(admits),
  };
}

const placeOf = (node: URL | undefined) => ({
  host: node?.hostname.replace(/^\[|\]$/g, '') ?? '',
  port: Number(node?.port || 6379),
});

function createCluster(nodes: readonly URL[], redisOptions: ReturnType<typeof connectionOptions>): Cluster {
  const cluster = new Cluster(nodes.map(placeOf), {
    redisOptions,
    scripts,
    enableOfflineQueue: false,
    clusterRetryStrategy: retryDelayMs,
    clusterNodeRetryStrategy: retryDelayMs,
    // Not 0, ioredis would send again what a lost connection may have done already, and to any server.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    retryDelayOnTryAgain: 50,
    maxRedirections: 3,
    slotsRefreshTimeout: commandLimitMs,
    // A failed one ends in a state that ioredis 6.0.0 never leaves, where a node is just being connected anew.
    enableReadyCheck: false,
    // Names stay names, or certificates would not fit.
    dnsLookup: (name, done) => done(null, name),
  });
  // Else a connection begins with the first command that needs it, and the others fail until it stands.
  const connectAll = () => {
    if (cluster.status !== 'ready') return;
    for (const node of cluster.nodes('master')) if (node.status === 'wait') node.connect().catch(() => {});
  };
  cluster.on('ready', connectAll).on('+node', connectAll);
  return cluster;
}

/**
 * ioredis' own way to connect, with two differences: the server is looked at before the connection is "ready", and an
 * end is an end (it would wait 2 s for the other side to agree).
 */
function connectorFor(admits: (info: ServerInfo) => boolean) {
  return class extends AbstractConnector {
    readonly #options: ConnectionOptions & { tls?: ConnectionOptions };

    constructor(options: unknown) {
      super(0);
      // A cast: ioredis gives the connection's options, whose host and port are as above.
      this.#options = options as ConnectionOptions & { tls?: ConnectionOptions };
    }

    override async connect(): Promise<Socket> {
      const { host = '', port = 0, tls } = this.#options;
      const stream = tls ? connectTls({ ...tls, host, port }) : connectTcp({ host, port });
      stream.once('error', (error) => {
        this.firstError = error;
      });
      this.stream = stream;
      return oneWriteATurn(stream);
    }

    override check(info: ServerInfo): boolean {
      return admits(info);
    }

    override disconnect(): void {
      this.stream?.destroy();
    }
  };
}

/** Commands that are asked side by side leave in one piece: one system call, one packet, one turn of the server. */
function oneWriteATurn(stream: Socket): Socket {
  const write = stream.write.bind(stream);
  // A cast: the same function with the same overloads.
  stream.write = ((...args: Parameters<Socket['write']>) => {
    if (stream.writableCorked === 0) {
      stream.cork();
      process.nextTick(() => stream.uncork());
    }
    return write(...args);
  }) as Socket['write'];
  return stream;
}
