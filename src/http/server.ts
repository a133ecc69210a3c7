/** The HTTP server around the app: its limits, and an end that cuts nobody off. */
import { createServer, type RequestListener } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import type { Middleware } from 'koa';
import { CannotStart } from '../cannot-start.ts';
import type { Config } from '../config/schema.ts';

export type Listening = {
  /** No new connections; resolves when those open have had their last answer, at the latest after 25 s. */
  drained(): Promise<void>;
};

/** Requests under way get this long to finish. */
const drainMs = 25_000;
/** How long an open connection has for a request that is on its way. */
const idleSweepMs = 500;

/**
 * With limits for slow and oversized requests (security §4 "Headers and HTTP"). Throws CannotStart when the port cannot be
 * had, and names what `chosenBy` says.
 */
export function listen(
  handler: RequestListener,
  { host, port }: Config['listen'],
  chosenBy = 'AVAIN_PORT',
): Promise<Listening> {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 15_000, maxHeaderSize: 16_384 }, handler);
  server.keepAliveTimeout = 75_000;
  server.maxHeadersCount = 100;
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  const closeIdle = (): void => {
    // Browsers open connections ahead of any request; http itself counts those as busy.
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    server.closeIdleConnections();
  };
  const drained = (): Promise<void> => {
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
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new CannotStart(listenFault(error, port, chosenBy), { cause: error })));
    server.listen(port, host, () => resolve({ drained }));
  });
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
