/**
 * A plain TCP balancer, as simple as they come: each connection goes to the next target in turn; one that refuses is
 * passed over. It knows nothing of HTTP, so nothing is ever asked twice.
 */
import { once } from 'node:events';
import { createServer, type Socket, connect as tcpConnect } from 'node:net';

export type Balancer = {
  readonly port: number;
  /** Gives this target no new connections, as an operator does before a restart. */
  drop(port: number): void;
  add(port: number): void;
  /** Asks each target at /health/ready and sends people to those that say 200, until the returned function is called. */
  followReadiness(): () => void;
  /** Connections given to each target so far, by port. */
  given(): ReadonlyMap<number, number>;
  stop(): Promise<void>;
};

export async function startBalancer(port: number, targets: readonly number[]): Promise<Balancer> {
  const inTurn = [...targets];
  const given = new Map(targets.map((target) => [target, 0]));
  const open = new Set<Socket>();
  let turn = 0;
  const serve = async (client: Socket): Promise<void> => {
    turn += 1;
    const order = inTurn.map((_, index) => inTurn[(turn + index) % inTurn.length] ?? 0);
    for (const target of order) {
      const server = await connected(target);
      if (!server) continue;
      given.set(target, (given.get(target) ?? 0) + 1);
      join(client, server);
      return;
    }
    client.resetAndDestroy();
  };
  const listener = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (client) => {
    open.add(client);
    client.on('error', () => {}).on('close', () => open.delete(client));
    void serve(client);
  });
  listener.listen(port);
  await once(listener, 'listening');
  return {
    port,
    drop: (target) => void inTurn.splice(0, inTurn.length, ...inTurn.filter((one) => one !== target)),
    add: (target) => void inTurn.push(target),
    followReadiness: () => followReadiness(targets, inTurn),
    given: () => new Map(given),
    stop: async () => {
      for (const client of open) client.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

/** Every target is asked so often. */
const askedEveryMs = 200;

function followReadiness(targets: readonly number[], inTurn: number[]): () => void {
  const look = async (): Promise<void> => {
    const answers = await Promise.all(targets.map(isReady));
    const ready = targets.filter((_, index) => answers[index]);
    // With none left any that lives may say so itself, as compose/haproxy.cfg has it.
    inTurn.splice(0, inTurn.length, ...(ready.length > 0 ? ready : targets));
  };
  // Never what keeps a test from ending.
  const timer = setInterval(() => void look(), askedEveryMs).unref();
  return () => clearInterval(timer);
}

function isReady(port: number): Promise<boolean> {
  return fetch(`http://localhost:${port}/health/ready`, { signal: AbortSignal.timeout(1_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

function connected(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = tcpConnect({ port, host: 'localhost', noDelay: true, allowHalfOpen: true });
    socket.once('connect', () => resolve(socket)).once('error', () => resolve(null));
  });
}

/** What ends one side ends the other in the same way. */
function join(client: Socket, server: Socket): void {
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    from.pipe(to);
    from.on('error', () => {});
    // Never a reset of what is ending: Node 24.21 would not close it at all, and spin when the process exits.
    from.on('close', (failed) => (failed && !to.writableEnded ? to.resetAndDestroy() : to.destroySoon()));
  }
}
