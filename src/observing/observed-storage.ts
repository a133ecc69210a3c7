import { TemporarilyUnavailable } from '../errors.ts';
import type { Storage } from '../storage/ports.ts';
import { fixedCode, type Observer, type Outcome, observed } from './observer.ts';

/** SQLite's own errors: a full or read-only disk, a damaged file. */
const sqliteFault = 'ERR_SQLITE_ERROR';

function outcomeOf(error: unknown): Outcome {
  const code = fixedCode(error);
  const away = error instanceof TemporarilyUnavailable || code === sqliteFault;
  return { outcome: away ? 'unavailable' : 'failed', code };
}

type Method = (...args: unknown[]) => Promise<unknown>;

/** The same storage; each call of a port is told, named by port and method. */
export function observedStorage(storage: Storage, observer: Observer): Storage {
  // Descriptors, since `notBefore` is a getter and must stay one.
  const watched: Storage = Object.defineProperties({ ...storage }, Object.getOwnPropertyDescriptors(storage));
  for (const [name, port] of Object.entries(storage)) {
    if (typeof port !== 'object') continue;
    // A cast: a port is an object of methods and nothing else.
    const methods = Object.entries(port as Record<string, Method>).map(([method, call]) => {
      const operation = { kind: 'storage', name: `${name}.${method}` } as const;
      const told: Method = (...args) => observed(observer, operation, () => call(...args), outcomeOf);
      return [method, told] as const;
    });
    Object.assign(watched, { [name]: Object.fromEntries(methods) });
  }
  const ping = { kind: 'storage', name: 'ping' } as const;
  return Object.assign(watched, { ping: () => observed(observer, ping, () => storage.ping(), outcomeOf) });
}
