import type { Broker, FinishOutcome, StartOutcome } from '../upstream/broker.ts';
import { done, type Observer, type Outcome } from './observer.ts';

/** What a person did there is their affair: that they cancelled is an answer of a broker that is well. */
function outcomeOf(result: StartOutcome | FinishOutcome): Outcome {
  if (result.outcome === 'unavailable') {
    // By the operator's own will: it says nothing about the broker.
    return { outcome: result.cause === 'disabled' ? 'refused' : 'unavailable', code: result.cause };
  }
  if (result.outcome === 'failed') return { outcome: 'refused', code: result.cause };
  return done;
}

/** The same broker; its starts and finishes are told, named by its id. */
export function observedBroker(broker: Broker, observer: Observer): Broker {
  const told = <Input, Result extends StartOutcome | FinishOutcome>(
    call: 'start' | 'finish',
    work: (input: Input) => Promise<Result>,
  ) => {
    const operation = { kind: 'broker', name: `${broker.id}.${call}` } as const;
    return async (input: Input): Promise<Result> => {
      const end = observer.begin(operation);
      try {
        const result = await work(input);
        end(outcomeOf(result));
        return result;
      } catch (error) {
        end({ outcome: 'failed', code: 'fault-of-ours' });
        throw error;
      }
    };
  };
  return { ...broker, start: told('start', broker.start), finish: told('finish', broker.finish) };
}
