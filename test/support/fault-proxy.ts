/**
 * A TCP proxy that misbehaves on demand (wire-faults.ts): put between a program and one of its servers, also while
 * connections are open. It counts as it goes, for the bench: a *turnaround* is a burst of requests followed by a burst
 * of replies on one connection, that is a round trip.
 */
import { type AddressInfo, createServer, type Server, type Socket, connect as tcpConnect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { cutLink, type Direction, dueAt, type Fault, isBlack, type Link, pass } from './wire-faults.ts';

export type ProxyStats = {
  /** Accepted so far. */
  readonly connections: number;
  readonly open: number;
  readonly requestBytes: number;
  readonly replyBytes: number;
  readonly turnarounds: number;
};

export type FaultProxy = {
  readonly port: number;
  /** Takes the place of the fault before; resolves when it holds. What is under way keeps the fault it met. */
  set(fault: Fault): Promise<void>;
  heal(): Promise<void>;
  /** Resets every open connection. */
  cut(): void;
  /** New connections go to this server from now on, as to an address that follows a fail-over. */
  aim(to: Address): void;
  stats(): ProxyStats;
  stop(): Promise<void>;
};

export type Address = { readonly host: string; readonly port: number };
type State = {
  to: Address;
  fault: Fault | null;
  readonly links: Set<Link>;
  readonly counts: { -readonly [Key in Exclude<keyof ProxyStats, 'open'>]: number };
};

/** Listens on `port` of loopback, 0 = any free one; the same again after `refuse`. */
export async function startFaultProxy({ to, port = 0 }: { to: Address; port?: number }): Promise<FaultProxy> {
  const counts = { connections: 0, requestBytes: 0, replyBytes: 0, turnarounds: 0 };
  const state: State = { to, fault: null, links: new Set(), counts };
  // Half-open: ends are passed on (or not) one way at a time.
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => accept(state, client));
  await listening(listener, port);
  // A cast: the address of a TCP server, not of a pipe.
  const { port: own } = listener.address() as AddressInfo;
  const set = async (fault: Fault | null): Promise<void> => {
    state.fault = fault;
    if (fault?.kind === 'refuse') listener.close();
    else if (!listener.listening) await listening(listener, own);
    if (fault?.kind === 'half-close') for (const link of state.links) halfClose(link, fault.direction);
  };
  const cut = () => state.links.forEach(cutLink);
  return {
    port: own,
    set,
    heal: () => set(null),
    cut,
    aim: (address) => {
      state.to = address;
    },
    stats: () => ({ ...counts, open: state.links.size }),
    stop: async () => {
      cut();
      if (listener.listening) await new Promise((resolve) => listener.close(resolve));
    },
  };
}

function listening(listener: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, '127.0.0.1', () => {
      listener.off('error', reject);
      resolve();
    });
  });
}

function accept(state: State, client: Socket): void {
  const server = tcpConnect({ ...state.to, noDelay: true, allowHalfOpen: true });
  const link: Link = { client, server, silent: false, losesReply: false, passed: { fault: null, bytes: 0 } };
  state.counts.connections += 1;
  state.links.add(link);
  for (const socket of [client, server]) socket.on('error', () => {});
  client.on('close', () => {
    state.links.delete(link);
    server.destroy();
  });
  server.on('close', (failed) => {
    if (isBlack(link, state.fault)) return;
    if (failed && !client.writableEnded) client.resetAndDestroy();
    else client.destroySoon();
  });
  const asking = countTurnarounds(state);
  carry(state, link, 'requests', asking);
  carry(state, link, 'replies', asking);
  if (state.fault?.kind === 'half-close') halfClose(link, state.fault.direction);
}

function halfClose({ client, server }: Link, direction: Direction): void {
  (direction === 'requests' ? server : client).end();
}

type Counter = (direction: Direction, bytes: number) => void;

function countTurnarounds({ counts }: State): Counter {
  let asking = false;
  return (direction, bytes) => {
    counts[direction === 'requests' ? 'requestBytes' : 'replyBytes'] += bytes;
    if (asking && direction === 'replies') counts.turnarounds += 1;
    asking = direction === 'requests';
  };
}

/** Carries one direction, chunk after chunk in their order, each under the fault of the moment it came. */
function carry(state: State, link: Link, direction: Direction, counted: Counter): void {
  const [from, to] = direction === 'requests' ? [link.client, link.server] : [link.server, link.client];
  let before: Promise<void> = Promise.resolve();
  from.on('data', (chunk: Buffer) => {
    counted(direction, chunk.length);
    const { fault } = state;
    const due = dueAt(fault, direction);
    before = before.then(async () => {
      const waitMs = due - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      await pass(link, direction, chunk, fault);
    });
  });
  from.on('end', () => {
    before = before.then(() => {
      if (!isBlack(link, state.fault)) to.end();
    });
  });
}
