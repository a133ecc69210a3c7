import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from './child.ts';

const pauseMs = 50;
const patienceMs = 60_000;

/** Resolves when `isReady` first says so; throws `Error` when the program ends before, or after a minute. */
export async function untilReady(child: Child, isReady: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    if (child.hasEnded()) throw new Error(`${child.program.name} ${await child.ended} before it was ready`);
    if (await isReady()) return;
    await sleep(pauseMs);
  }
  throw new Error(`${child.program.name} was not ready within ${patienceMs / 1_000} s`);
}

/** True when something accepts connections on the loopback port. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const answer = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

/** True when a GET there answers 200. */
export async function answersOk(address: string): Promise<boolean> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}
