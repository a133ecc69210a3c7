import CircuitBreaker from 'opossum';
import { BrokerUnreachable } from './broker-fetch.ts';

/** Makes one call to a broker, or refuses it at once while the broker is known to be down. */
export type Guard = <T>(call: () => Promise<T>) => Promise<T>;

const breakerOptions = {
  // Calls end by their own time limit, which also frees the socket; the breaker only counts.
  timeout: false as const,
  errorThresholdPercentage: 50,
  // One slow answer must not shut a bank for everybody.
  volumeThreshold: 4,
  rollingCountTimeout: 30_000,
  resetTimeout: 10_000,
  // Only what our own server saw of the broker counts. A refused code or a token that is not believed came about by way
  // of a browser: if it counted, whoever holds one could shut the bank for everybody.
  errorFilter: (error: unknown) => !(error instanceof BrokerUnreachable),
};

/**
 * A circuit breaker of one broker: after failures of most calls within 30 s it refuses for 10 s, then tries one. A call
 * fails when it throws {@link BrokerUnreachable}; other errors pass through uncounted. Throws BrokerUnreachable
 * `circuit_open` while it refuses.
 */
export function createBreaker(): Guard {
  const breaker = new CircuitBreaker((call: () => Promise<unknown>) => call(), breakerOptions);
  return async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      // A cast: the breaker hands on what the call gave.
      return (await breaker.fire(call)) as T;
    } catch (error) {
      if (error instanceof Error && CircuitBreaker.isOurError(error))
        throw new BrokerUnreachable('circuit_open', { cause: error });
      throw error;
    }
  };
}
