/**
 * The connection to Redis, to one server or to a cluster: opened with patience at the start, watched every second, and
 * everything that is asked goes through one function that knows the limits and what is still under way.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, type Redis } from 'ioredis';
import type { Logger } from 'pino';
import { CannotStart } from '../../cannot-start.ts';
import { TemporarilyUnavailable } from '../../errors.ts';
import type { FenceWatch, ServerInfo } from './fence.ts';
import { commandLimitMs, createClient, type RedisAddress } from './redis-client.ts';
import type { Client } from './scripts.ts';
import type { Waits } from './waits.ts';

/**
 * Asks within 500 ms, all commands of one `send` together. Throws TemporarilyUnavailable (`redis: <code>`) whatever goes
 * wrong; what was asked may have been done.
 */
export type Ask = <T>(send: (client: Client) => Promise<T>) => Promise<T>;

export type Connection = {
  readonly ask: Ask;
  /** INFO of every primary. */
  infos(): Promise<readonly ServerInfo[]>;
  /** Waits for what is under way; nothing can be asked afterwards. */
  close(): Promise<void>;
};

export type ConnectionDeps = {
  readonly address: RedisAddress;
  readonly waits: Waits;
  readonly fence: FenceWatch;
  readonly log: Pick<Logger, 'info' | 'warn'>;
};

const startLimitMs = 5_000;
const watchEveryMs = 1_000;
/** So long a whole cluster may be away before it is looked for at the addresses of the configuration again. */
const lostAfterMs = 10_000;

/** Throws, with what to do, when no connection stands within 5 s. */
export async function connectRedis(deps: ConnectionDeps): Promise<Connection> {
  const link = createLink(deps);
  if (!(await standsWithin(startLimitMs, link))) {
    link.end();
    throw new CannotStart(`Redis at ${placesOf(deps.address)} cannot be used: ${link.trouble()}`);
  }
  const watch = createWatch(link, deps);
  const timer = setInterval(() => void watch(), watchEveryMs).unref();
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  const ask: Ask = async (send) => {
    if (closed) throw new Error('the connection to Redis is closed');
    const answer = deps.waits.call('redis', commandLimitMs, async () => send(link.client())).catch(unavailable);
    underWay.add(answer);
    try {
      return await answer;
    } finally {
      underWay.delete(answer);
    }
  };
  return {
    ask,
    infos: () => ask((client) => Promise.all(primaries(client).map(async (node) => parseInfo(await node.info())))),
    async close() {
      closed = true;
      clearInterval(timer);
      await Promise.allSettled(underWay);
      link.end();
    },
  };
}

type Link = ReturnType<typeof createLink>;

/** The client of the moment, and what troubled it last. */
function createLink({ address, fence }: ConnectionDeps) {
  let trouble = 'no answer';
  const make = (): Client => {
    const made = createClient(address, fence.admits);
    // Only of connecting, so there is nothing in it that anybody entrusted to us.
    const note = (error: Error & { lastNodeError?: Error }) => {
      trouble = (error.lastNodeError ?? error).message;
    };
    made.on('error', note);
    if (made instanceof Cluster) made.on('node error', note);
    return made;
  };
  let client = make();
  return {
    client: () => client,
    trouble: () => fence.refusal ?? trouble,
    renew() {
      client.disconnect();
      client = make();
    },
    end: () => client.disconnect(),
  };
}

async function standsWithin(limitMs: number, link: Link): Promise<boolean> {
  const start = performance.now();
  while (!stands(link.client()) && performance.now() - start < limitMs) await sleep(20);
  return stands(link.client());
}

/** Finds what no request would: a silent connection, a server that is a replica now, slots that have moved. */
function createWatch(link: Link, { fence, log }: ConnectionDeps): () => Promise<void> {
  let stood = true;
  let stoodAt = performance.now();
  return async () => {
    // Whoever is away is seen by the state of its connection, and a durable store that is away leaves what we know.
    await Promise.allSettled([fence.refresh(), ...primaries(link.client()).map((node) => look(node, fence))]);
    const client = link.client();
    const now = stands(client);
    if (stood && !now) log.warn({ cause: link.trouble() }, 'Redis is away');
    if (!stood && now) log.info('Redis is back');
    stood = now;
    if (now) stoodAt = performance.now();
    if (now || !(client instanceof Cluster)) return;
    client.refreshSlotsCache();
    if (primaries(client).some(isReady) || performance.now() - stoodAt < lostAfterMs) return;
    // ioredis asks only nodes that it knows: all of them may have come back at other addresses.
    link.renew();
    stoodAt = performance.now();
  };
}

async function look(node: Redis, fence: FenceWatch): Promise<void> {
  if (!isReady(node)) return;
  const info = parseInfo(await node.info('server', 'replication'));
  if (!fence.admits(info)) node.disconnect(true);
}

const isReady = (node: Redis): boolean => node.status === 'ready';

const primaries = (client: Client): readonly Redis[] => (client instanceof Cluster ? client.nodes('master') : [client]);

const stands = (client: Client): boolean =>
  client.status === 'ready' && primaries(client).length > 0 && primaries(client).every(isReady);

/** Fields by their names, over all sections. */
function parseInfo(text: string): ServerInfo {
  const fields = text.split('\r\n').map((line) => line.match(/^([a-z_0-9]+):(.*)$/));
  return Object.fromEntries(fields.flatMap((field) => (field ? [[field[1], field[2]]] : [])));
}

const placesOf = ({ url, clusterNodes }: RedisAddress): string =>
  (url === null ? clusterNodes : [url]).map((place) => new URL(place).host).join(', ');

function unavailable(error: unknown): never {
  throw error instanceof TemporarilyUnavailable ? error : new TemporarilyUnavailable(`redis: ${codeOf(error)}`);
}

/** Never a key or a value: of a reply the error code alone. ioredis tells its own errors by their words only. */
function codeOf(error: unknown): string {
  // A cast: read as what an error usually has, each field looked at.
  const { name, code, message } = Object(error) as { name?: unknown; code?: unknown; message?: unknown };
  const words = String(message);
  if (name === 'ReplyError') return words.split(' ')[0] ?? 'unknown';
  if (typeof code === 'string') return code;
  if (words === 'Command timed out') return 'timeout';
  return /connection|writeable|retries|cluster/i.test(words) ? 'no connection' : String(name);
}
