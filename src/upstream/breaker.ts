import CircuitBreaker from 'opossum';
import { BrokerUnreachable } from './broker-fetch.ts';
import { causeOf } from './error-outcomes.ts';

/** Makes one call to a broker, or refuses it at once while the broker is known to be down. */
export type Guard = <T>(call: () => Promise<T>) => Promise<T>;

export type Breaker = Readonly<{
  guard: Guard;
  /** True while calls are refused: nobody should be sent there. */
  isOpen(): boolean;
}>;

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
  errorFilter: (error: unknown) => causeOf(error, BrokerUnreachable) === undefined,
};

/**
 * A circuit breaker of one broker: after failures of most calls within 30 s it refuses for 10 s, then tries one. A call
 * is all that one step of a person needs; it fails when {@link BrokerUnreachable} is thrown or behind what is thrown, and
 * other errors pass through as if it had succeeded. Throws BrokerUnreachable `circuit_open` while it refuses.
 */
export function createBreaker(): Breaker {
  const breaker = new CircuitBreaker((call: () => Promise<unknown>) => call(), breakerOptions);
  const guard = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      // A cast: the breaker hands on what the call gave.
      return (await breaker.fire(call)) as T;
    } catch (error) {
      if (error instanceof Error && CircuitBreaker.isOurError(error))
        throw new BrokerUnreachable('circuit_open', { cause: error });
      throw error;
    }
  };
  return { guard, isOpen: () => breaker.opened };
}
