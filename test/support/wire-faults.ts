/** What may happen to bytes on their way through the fault proxy (fault-proxy.ts), one fault at a time. */
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Direction = 'requests' | 'replies';

export type Fault =
  /** Each chunk arrives so much later; without a direction both ways, so that a round trip takes twice that. */
  | { readonly kind: 'latency'; readonly ms: number; readonly direction?: Direction }
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number; readonly direction?: Direction }
  /** Each connection is reset after so many more bytes in one direction. */
  | { readonly kind: 'cut-after'; readonly bytes: number; readonly direction: Direction }
  /**
   * Requests reach the server, replies reach nobody: all, or only those to requests that `to` picks (one chunk is taken
   * for one request). `cut`: the connection is reset in the reply's place; `silence`: nothing more comes on it.
   */
  | { readonly kind: 'lose-replies'; readonly how: 'cut' | 'silence'; readonly to?: (request: Buffer) => boolean }
  /** Connections are accepted and stay open; nothing passes, not even their end. */
  | { readonly kind: 'black-hole' }
  /** Replies are replaced by as many bytes of nonsense. */
  | { readonly kind: 'garbage' }
  /** The end of the stream is told one way; the other way stays open. */
  | { readonly kind: 'half-close'; readonly direction: Direction }
  /** Nobody listens; connections that are open stay so. */
  | { readonly kind: 'refuse' }
  /** The proxy answers in the server's place, unless `answer` returns null. */
  | { readonly kind: 'impersonate'; readonly answer: (request: Buffer) => Buffer | null };

/** One client's connection, and the proxy's to the server for it. */
export type Link = {
  readonly client: Socket;
  readonly server: Socket;
  /**
   * Bytes are missing or false: nothing passes any more, whatever heals. TCP would not mend such a stream either; this
   * is a firewall that forgot the connection, and its client has to give it up.
   */
  silent: boolean;
  /** A request went out whose reply is to be lost. */
  losesReply: boolean;
  /** What passed under the present `cut-after`. */
  passed: { fault: Fault | null; bytes: number };
};

/** True when nothing of this connection, not even its end, may reach the other side. */
export const isBlack = (link: Link, fault: Fault | null): boolean => link.silent || fault?.kind === 'black-hole';

/** When a chunk that came now is due at the other end, by `performance.now()`. */
export function dueAt(fault: Fault | null, direction: Direction): number {
  const late = fault?.kind === 'latency' && (fault.direction ?? direction) === direction ? fault.ms : 0;
  return performance.now() + late;
}

export function cutLink({ client, server }: Link): void {
  for (const socket of [client, server]) {
    // Node 24.21 never closes a socket that is reset while it is ending, and then spins for ever when the process exits.
    if (socket.writableEnded) socket.destroy();
    else socket.resetAndDestroy();
  }
}

/** Passes a chunk on, or what `fault` leaves of it. */
export async function pass(link: Link, direction: Direction, chunk: Buffer, fault: Fault | null): Promise<void> {
  const [from, to] = direction === 'requests' ? [link.client, link.server] : [link.server, link.client];
  if (isBlack(link, fault)) link.silent = true;
  if (link.silent) return;
  if (direction === 'replies' && losesThis(link, fault)) return;
  switch (fault?.kind) {
    case 'bandwidth':
      if ((fault.direction ?? direction) === direction) await slowly(from, chunk.length / fault.bytesPerSecond);
      break;
    case 'cut-after':
      if (fault.direction === direction && cutsHere(link, to, chunk, fault)) return;
      break;
    case 'lose-replies':
      if (fault.to?.(chunk) ?? true) link.losesReply = true;
      break;
    case 'garbage':
      if (direction === 'requests') break;
      to.write(Buffer.alloc(chunk.length, 'no such protocol '));
      link.silent = true;
      return;
    case 'impersonate': {
      const answer = direction === 'requests' ? fault.answer(chunk) : null;
      if (answer === null) break;
      link.client.write(answer);
      return;
    }
  }
  write(from, to, chunk);
}

function losesThis(link: Link, fault: Fault | null): boolean {
  if (fault?.kind !== 'lose-replies') {
    // Healed while the server was at it: this reply may pass, and no later one is to be lost for it.
    link.losesReply = false;
    return false;
  }
  if (fault.to !== undefined && !link.losesReply) return false;
  if (fault.how === 'cut') cutLink(link);
  else link.silent = true;
  return true;
}

async function slowly(from: Socket, seconds: number): Promise<void> {
  from.pause();
  await sleep(seconds * 1_000);
  from.resume();
}

function cutsHere(link: Link, to: Socket, chunk: Buffer, fault: Fault & { kind: 'cut-after' }): boolean {
  if (link.passed.fault !== fault) link.passed = { fault, bytes: 0 };
  const left = fault.bytes - link.passed.bytes;
  link.passed.bytes += chunk.length;
  if (chunk.length < left) return false;
  link.silent = true;
  // The reset would overtake what is not written yet.
  to.write(chunk.subarray(0, left), () => cutLink(link));
  return true;
}

function write(from: Socket, to: Socket, chunk: Buffer): void {
  if (to.destroyed || to.write(chunk)) return;
  from.pause();
  to.once('drain', () => from.resume());
}
