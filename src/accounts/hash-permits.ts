export type HashPermitLimits = {
  /** At most this many at once: the cores, so that other native work (files, DNS) still moves. */
  readonly concurrency: number;
  /** At most this many wait; the next is refused at once. */
  readonly maxQueue: number;
  /** Nobody waits longer than this. */
  readonly maxWaitMs: number;
};

/** Now: `running` and `waiting`; since the start: the others. */
export type HashLoad = {
  readonly permits: number;
  readonly running: number;
  readonly waiting: number;
  readonly begun: number;
  readonly refused: number;
  /** What those that have begun waited for a permit, together. */
  readonly waitedSeconds: number;
};

export type HashPermits = {
  load(): HashLoad;
  /** Runs `work` under a permit, first come first served. Throws the refusal before `work` began, or what `work` throws. */
  run<T>(work: () => Promise<T>): Promise<T>;
};

type Waiting = { readonly start: () => void };

/** A bounded queue before the slow hashes: both bounds together keep a storm from becoming minutes of dead work. */
export function createHashPermits(limits: HashPermitLimits, refusal: () => Error): HashPermits {
  const { concurrency, maxQueue, maxWaitMs } = limits;
  let free = concurrency;
  const counts = createCounts();
  const queue: Waiting[] = [];

  const acquire = (): Promise<void> => {
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    if (queue.length >= maxQueue) return Promise.reject(refusal());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(waiting), 1);
        reject(refusal());
      }, maxWaitMs);
      const waiting: Waiting = {
        start: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      queue.push(waiting);
    });
  };

  // The permit goes straight to the next in line: `free` never rises while somebody waits.
  const release = (): void => {
    const next = queue.shift();
    if (next === undefined) free += 1;
    else next.start();
  };

  return {
    load: () => ({ permits: concurrency, running: concurrency - free, waiting: queue.length, ...counts.read() }),
    async run(work) {
      await counts.waiting(acquire());
      try {
        // Held until the native call itself ends: a client that went away does not free the core it still uses.
        return await work();
      } finally {
        release();
      }
    },
  };
}

function createCounts() {
  let [begun, refused, waitedMs] = [0, 0, 0];
  return {
    read: () => ({ begun, refused, waitedSeconds: waitedMs / 1_000 }),
    /** Resolves and rejects as the permit does. */
    async waiting(permit: Promise<void>): Promise<void> {
      const from = performance.now();
      try {
        await permit;
      } catch (error) {
        refused += 1;
        throw error;
      }
      begun += 1;
      waitedMs += performance.now() - from;
    },
  };
}
