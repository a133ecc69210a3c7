/**
 * Development only: two worlds side by side on one machine. PORT_OFFSET=n adds n to the port of every
 * `http://localhost:PORT` in the configuration; AVAIN_MOVED_PORTS=3200:4200,3400:4400 moves single ports and wins.
 */
import { type Environment, variable } from './environment.ts';
import { describeFound, type Fault } from './faults.ts';
import type { Settings } from './settings-schema.ts';
import { isLoopbackHost } from './values.ts';

/** Where a port of the files really is in this world. */
export type MovePort = (port: number) => number;

/** Reads both variables; what is wrong with them goes to `faults`. */
export function movePortBy(env: Environment, faults: Fault[]): MovePort {
  const offset = variable(env, 'PORT_OFFSET') ?? '0';
  const moved = variable(env, 'AVAIN_MOVED_PORTS') ?? '';
  if (!/^\d{1,5}$/.test(offset) || Number(offset) > 60_000) {
    faults.push(faultOf('PORT_OFFSET', offset, 'a whole number from 0 to 60000'));
  }
  if (!/^(\d{1,5}:\d{1,5}(,|$))*$/.test(moved)) {
    faults.push(faultOf('AVAIN_MOVED_PORTS', moved, 'PORT:PORT,PORT:PORT'));
  }
  const single = new Map(moved.split(',').map((pair) => pair.split(':').map(Number) as [number, number]));
  return (port) => single.get(port) ?? port + Number(offset);
}

function faultOf(key: string, value: string, expected: string): Fault {
  return { file: 'environment', line: null, key, found: describeFound(value, ''), expected };
}

/** The settings in this world; what a variable set is taken literally, and a moved port moves the issuer with it. */
export function moveSettings(settings: Settings, move: MovePort, variableOf: ReadonlyMap<string, string>): Settings {
  const literal = new Set(variableOf.keys());
  const moved = moveAddresses(settings, move, literal);
  const { listen, mail, metrics } = moved;
  const port = literal.has('listen.port') ? listen.port : move(listen.port);
  const isOurMailbox = isLoopbackHost(mail.smtp.host) && !literal.has('mail.smtp.port');
  const smtp = isOurMailbox ? { ...mail.smtp, port: move(mail.smtp.port) } : mail.smtp;
  // Only in development, and only our own address: behind a proxy the public port is another one.
  const follows = settings.profile === 'development' && literal.has('listen.port') && !literal.has('issuer');
  const issuer = follows ? moveAddress(moved.issuer, () => port) : moved.issuer;
  const ofMetrics = metrics.port === null || literal.has('metrics.port') ? metrics.port : move(metrics.port);
  return {
    ...moved,
    issuer,
    listen: { ...listen, port },
    metrics: { ...metrics, port: ofMetrics },
    mail: { ...mail, smtp },
  };
}

/** A copy in which every address on loopback is moved, except below the dotted keys in `literal`. */
export function moveAddresses<T>(value: T, move: MovePort, literal: ReadonlySet<string>, key = ''): T {
  // The casts: the shape of the value stays what it was, only texts inside it change.
  if (literal.has(key)) return value;
  if (typeof value === 'string') return moveAddress(value, move) as T;
  const below = (name: string | number) => (key === '' ? `${name}` : `${key}.${name}`);
  if (Array.isArray(value)) return value.map((item, index) => moveAddresses(item, move, literal, below(index))) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, moveAddresses(item, move, literal, below(name))]);
  return Object.fromEntries(entries) as T;
}

function moveAddress(text: string, move: MovePort): string {
  return text.replace(
    /^(http:\/\/(?:(?:[a-z0-9-]+\.)*localhost|127\.0\.0\.1|\[::1\]):)(\d+)/,
    (_, start: string, port: string) => {
      return `${start}${move(Number(port))}`;
    },
  );
}
