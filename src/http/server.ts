/** The HTTP server around the app: its limits, TLS where no proxy speaks it, and an end that cuts nobody off. */
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer, Server as HttpsServer } from 'node:https';
import { Server as NetServer, type Socket } from 'node:net';
import type { Middleware } from 'koa';
import { CannotStart } from '../cannot-start.ts';
import type { Config } from '../config/schema.ts';
import { tlsOptions } from './tls.ts';

export type Listening = {
  /** No new connections; resolves when those open have had their last answer, at the latest after 25 s. */
  drained(): Promise<void>;
  /** Reads certificate and key again, for connections from now on. Throws, and the old ones stay, where they are no pair. */
  renewCertificate(): Promise<void>;
};

export type ListenOn = Pick<Config['listen'], 'host' | 'port'> & Partial<Pick<Config['listen'], 'tls'>>;

/** Requests under way get this long to finish. */
const drainMs = 25_000;
/** How long an open connection has for a request that is on its way. */
const idleSweepMs = 500;

const limits = { headersTimeout: 10_000, requestTimeout: 15_000, maxHeaderSize: 16_384 };
/** Who does not finish greeting is nobody's visitor. */
const handshakeTimeout = 10_000;

/**
 * With limits for slow and oversized requests (security §4 "Headers and HTTP"). Throws CannotStart when the port cannot be
 * had, and names what `chosenBy` says.
 */
export async function listen(
  handler: RequestListener,
  { host, port, tls = null }: ListenOn,
  chosenBy = 'AVAIN_PORT',
): Promise<Listening> {
  const server =
    tls === null
      ? createHttpServer(limits, handler)
      : createHttpsServer({ ...limits, handshakeTimeout, ...(await tlsOptions(tls)) }, handler);
  server.keepAliveTimeout = 75_000;
  server.maxHeadersCount = 100;
  const drained = drain(server);
  const renewCertificate = async (): Promise<void> => {
    if (tls !== null && server instanceof HttpsServer) server.setSecureContext(await tlsOptions(tls));
  };
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new CannotStart(listenFault(error, port, chosenBy), { cause: error })));
    server.listen(port, host, () => resolve({ drained, renewCertificate }));
  });
}

/** Watches the connections from the start; the returned function ends them. */
function drain(server: Server | HttpsServer): () => Promise<void> {
  const closeUnused = watchUnused(server);
  const closeIdle = (): void => {
    closeUnused();
    server.closeIdleConnections();
  };
  return () => {
    const sweep = setInterval(closeIdle, idleSweepMs);
    const timer = setTimeout(() => server.closeAllConnections(), drainMs);
    return new Promise((resolve) => {
      // Not http's own `close`, which at once cuts idle ones off whose next request is already on its way.
      NetServer.prototype.close.call(server, () => {
        clearInterval(sweep);
        clearTimeout(timer);
        resolve();
      });
    });
  };
}

/**
 * Browsers open connections ahead of any request; http itself counts those as busy. With TLS the greeting has been read
 * from such a one already: it is unused while nothing came after that.
 */
function watchUnused(server: Server | HttpsServer): () => void {
  const greeted = new Map<Socket, number>();
  server.on(server instanceof HttpsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    greeted.set(socket, socket.bytesRead);
    socket.once('close', () => greeted.delete(socket));
  });
  server.on('request', ({ socket }) => greeted.delete(socket));
  return () => {
    for (const [socket, bytes] of greeted) if (socket.bytesRead === bytes) socket.destroy();
  };
}

function listenFault(error: Error, port: number, chosenBy: string): string {
  const taken = 'code' in error && error.code === 'EADDRINUSE';
  return taken ? `port ${port} is taken by another program: free it, or choose another by ${chosenBy}` : error.message;
}

/** While stopping, every answer is its connection's last: no browser or proxy that keeps one open holds the end up. */
export function lastAnswers(stopping: () => boolean): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } finally {
      if (stopping()) ctx.set('Connection', 'close');
    }
  };
}
