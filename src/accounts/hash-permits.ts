export type HashPermitLimits = {
  /** At most this many at once: the cores, so that other native work (files, DNS) still moves. */
  readonly concurrency: number;
  /** At most this many wait; the next is refused at once. */
  readonly maxQueue: number;
  /** Nobody waits longer than this. */
  readonly maxWaitMs: number;
};

export type HashPermits = {
  /** Runs `work` under a permit, first come first served. Throws the refusal before `work` began, or what `work` throws. */
  run<T>(work: () => Promise<T>): Promise<T>;
};

type Waiting = { readonly start: () => void };

/** A bounded queue before the slow hashes: both bounds together keep a storm from becoming minutes of dead work. */
export function createHashPermits(limits: HashPermitLimits, refusal: () => Error): HashPermits {
  const { concurrency, maxQueue, maxWaitMs } = limits;
  let free = concurrency;
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
    async run(work) {
      await acquire();
      try {
        // Held until the native call itself ends: a client that went away does not free the core it still uses.
        return await work();
      } finally {
        release();
      }
    },
  };
}
