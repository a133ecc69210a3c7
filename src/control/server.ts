import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ControlRequest, maxRequestBytes, readRequest, toLine } from './message.ts';
import { type OperationDeps, type Operations, perform } from './operation.ts';

export type Control = {
  /** No new requests; operations under way get five seconds to end before the store is closed under them. */
  stop(): Promise<void>;
};

const requestMs = 5_000;
const stopMs = 5_000;

/**
 * Listens for the operator's commands on a socket of mode 0600. Call it only while holding the store: what lies at `path`
 * from an earlier, killed process is removed. A service that cannot listen there (a path beyond the 104 bytes that
 * systems allow a socket) goes on without, and says so.
 */
export async function startControl(deps: OperationDeps, path: string, operations: Operations): Promise<Control> {
  const open = new Set<Socket>();
  const underWay = new Set<Promise<void>>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    const work = serveOne(socket, deps, operations).finally(() => underWay.delete(work));
    underWay.add(work);
  });
  const fault = await listenPrivately(server, path);
  if (fault)
    deps.log.warn({ code: fault.code }, 'no control socket: commands that need the store cannot reach this Avain');
  return {
    async stop() {
      if (fault) return;
      server.close();
      await Promise.race([Promise.all(underWay), sleep(stopMs, null, { ref: false })]);
      for (const socket of open) socket.destroy();
    },
  };
}

async function listenPrivately(server: Server, path: string): Promise<NodeJS.ErrnoException | null> {
  await rm(path, { force: true }).catch(() => undefined);
  // The mode is given while the file is made (binding is synchronous), so that it is never open to others for a moment.
  const before = process.umask(0o177);
  server.listen(path);
  process.umask(before);
  try {
    await once(server, 'listening');
    return null;
  } catch (error) {
    // A cast: `error` events of a server carry the system's error.
    return error as NodeJS.ErrnoException;
  }
}

/** One request, its lines, its end. Who hangs up does not stop the operation: half of it would help nobody. */
async function serveOne(socket: Socket, deps: OperationDeps, operations: Operations): Promise<void> {
  socket.setEncoding('utf8');
  socket.on('error', () => undefined);
  const request = await requestOf(socket);
  if (!request) {
    socket.end(toLine({ exit: 1, refusal: 'This is no request for Avain.' }));
    return;
  }
  const print = (line: string): void => {
    if (socket.writable) socket.write(toLine({ line }));
  };
  const end = await perform(operations, deps, request, print, () => drained(socket));
  if (socket.writable) socket.end(toLine(end));
}

/** Resolves when all that was written is on its way, or nobody reads any more. */
function drained(socket: Socket): Promise<void> {
  if (!socket.writable || !socket.writableNeedDrain) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.once('drain', done).once('close', done);
  });
}

/** The first line, or null: nothing whole came in time, or too much. */
function requestOf(socket: Socket): Promise<ControlRequest | null> {
  return new Promise((resolve) => {
    let received = '';
    const timer = setTimeout(() => resolve(null), requestMs);
    const done = (request: ControlRequest | null): void => {
      clearTimeout(timer);
      socket.removeAllListeners('data').resume();
      resolve(request);
    };
    socket.on('data', (chunk) => {
      received += chunk;
      const end = received.indexOf('\n');
      if (Buffer.byteLength(received) > maxRequestBytes) done(null);
      else if (end >= 0) done(readRequest(received.slice(0, end)));
    });
    socket.once('close', () => done(null));
  });
}
