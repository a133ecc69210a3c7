/**
 * Ports for the programs of a test, all below 32768, where Linux begins to give ports to outgoing connections: those
 * come and go while a test runs, and one of them would take the port of a program that is just starting. Fixed ports of
 * tests lie between 7100 and 7999, single free ones in 9000 to 9999, the blocks of start-world.ts above 11000.
 */
import { createServer } from 'node:net';

/** Tried just now, and held by nobody: taken at random, so that two suites hardly ever choose the same. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = 9_000 + Math.floor(Math.random() * 1_000);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port');
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
