import type { CustomFetch } from 'openid-client';
import type { Clock } from '../deps.ts';

export type Liveness = Readonly<{
  /** The given fetch, whose answers are remembered as signs of life. */
  fetch: CustomFetch;
  /** True where nothing was heard of the broker lately. */
  isQuiet(): boolean;
  /** Asks for the head of `uri` and wants no more than an answer; throws what fetch throws. */
  ask(uri: string): Promise<void>;
}>;

/** A broker that was well this long ago is believed to be well: no call more for each person where people keep coming. */
const quietMs = 30_000;

/**
 * With a request by value nobody asks the broker before the browser is there, and a bank that has died meanwhile would
 * leave the person on the browser's own error page, without a way back to us.
 */
export function createLiveness(fetch: CustomFetch, clock: Clock): Liveness {
  let heardAt: number | undefined;
  const listening: CustomFetch = async (uri, options) => {
    const response = await fetch(uri, options);
    heardAt = clock.now();
    return response;
  };
  return {
    fetch: listening,
    isQuiet: () => heardAt === undefined || clock.now() - heardAt >= quietMs,
    async ask(uri) {
      await listening(uri, { method: 'HEAD', headers: {}, body: null, redirect: 'manual' });
    },
  };
}
