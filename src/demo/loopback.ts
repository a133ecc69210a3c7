import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSocketServer, type ListenOptions, type Server } from 'node:net';
import { errorCode } from './error-code.ts';
import type { DemoAddress } from './ports.ts';

/** Something that was started and can be stopped; `close` resolves when the port is free again. */
export type Running = Readonly<{ close(): Promise<void> }>;

// Both, because a browser may take `localhost` for either; a machine without IPv6 has only the first.
const required = '127.0.0.1';
const optional = '::1';

/** Serves HTTP on the loopback interfaces only. Throws `Error` naming program and way out when the port is taken. */
export async function serveOnLoopback(listener: RequestListener, address: DemoAddress): Promise<Running> {
  const servers = [createServer(listener), createServer(listener)] as const;
  await listen(servers[0], { host: required, port: address.port }, address);
  const both = await listenWherePresent(servers[1], address);
  const open = both ? [...servers] : [servers[0]];
  return {
    async close() {
      await Promise.all(
        open.map(async (server) => {
          const closed = once(server, 'close');
          server.close();
          server.closeAllConnections();
          await closed;
        }),
      );
    },
  };
}

/** Throws `Error` naming program and way out when somebody listens on the port already. */
export async function assertPortFree(address: DemoAddress): Promise<void> {
  const probes = [createSocketServer(), createSocketServer()] as const;
  const opened: Server[] = [];
  try {
    await listen(probes[0], { host: required, port: address.port }, address);
    opened.push(probes[0]);
    if (await listenWherePresent(probes[1], address)) opened.push(probes[1]);
  } finally {
    await Promise.all(opened.map((probe) => new Promise((resolve) => probe.close(resolve))));
  }
}

async function listenWherePresent(server: Server, address: DemoAddress): Promise<boolean> {
  try {
    await listen(server, { host: optional, port: address.port, ipv6Only: true }, address);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EADDRNOTAVAIL' || errorCode(error) === 'EAFNOSUPPORT') return false;
    throw error;
  }
}

async function listen(server: Server, options: ListenOptions, address: DemoAddress): Promise<void> {
  try {
    server.listen(options);
    await once(server, 'listening');
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE') throw new Error(takenPort(address), { cause: error });
    throw error;
  }
}

/** What a person reads when a port is taken, and what to do. */
export function takenPort({ name, port, basePort }: DemoAddress): string {
  return (
    `Port ${port} of ${name} is taken by another program. Stop that one, or move all ports of the demo world ` +
    `(for example PORT_OFFSET=10000 npm start), or only this one (for example AVAIN_MOVED_PORTS=${basePort}:${port + 7}).`
  );
}
