/**
 * What is under way in a store, so that closing waits for it: a change takes several writes, and what was started before
 * the close is finished by it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export type InFlight = {
  /** The same port, whose calls are counted, and refused once `drain` was called. */
  counted<Port extends object>(port: Port): Port;
  /** Work nobody waits for; it runs outside of the request that caused it. Its failure is somebody else's to repair. */
  later(work: () => Promise<unknown>): void;
  /** Refuses new calls, and resolves when all work has ended. */
  drain(): Promise<void>;
};

export function createInFlight(): InFlight {
  const running = new Set<Promise<unknown>>();
  // The budget of waits.ts belongs to the request; what goes on after it has none.
  const outside = AsyncLocalStorage.snapshot();
  let closed = false;

  function track<T>(work: Promise<T>): Promise<T> {
    const end = () => void running.delete(ended);
    const ended: Promise<void> = work.then(end, end);
    running.add(ended);
    return work;
  }

  return {
    counted(port) {
      const wrap = ([name, call]: [string, (...values: unknown[]) => Promise<unknown>]) => [
        name,
        async (...values: unknown[]) => {
          if (closed) throw new Error('the store is closed');
          return track(call(...values));
        },
      ];
      // A cast: a port is an object of async functions, and each keeps its own parameters and result.
      return Object.fromEntries(Object.entries(port).map(wrap)) as typeof port;
    },
    later: (work) => void track(outside(work)),
    async drain() {
      closed = true;
      while (running.size > 0) await Promise.all(running);
    },
  };
}
