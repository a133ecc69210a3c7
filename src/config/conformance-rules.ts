/**
 * The conformance profile gives up what people need: so it refuses whatever would make it more than a place for the OpenID
 * Foundation's suite, and the other profiles refuse what is only its own.
 */
import { isIP } from 'node:net';
import type { Fault } from './faults.ts';
import type { Limits } from './policy-schema.ts';
import type { Settings } from './settings-schema.ts';
import { isLoopbackHost } from './values.ts';
import { faultAt, type KeyPath, type Source } from './yaml-file.ts';

type Rule = readonly [refused: boolean, path: KeyPath, expected: string];

export function conformanceFaults(source: Source, settings: Settings): Fault[] {
  const { profile, conformance, issuer, listen, storage, lazyMigration } = settings;
  const onlyThere: readonly Rule[] = [
    [
      conformance !== null,
      ['conformance'],
      'no such group outside profile: conformance, as it weakens what protects people',
    ],
  ];
  const rules: readonly Rule[] = [
    [conformance === null, ['conformance'], 'conformance.person, beside profile: conformance'],
    [!issuer.startsWith('https:'), ['issuer'], 'an https address, as the suite asks'],
    [listen.tls === null, ['listen', 'tls'], 'certificateFile and keyFile'],
    [!isNearby(listen.host), ['listen', 'host'], 'a loopback or private address: this profile is not for people'],
    [storage.kind !== 'sqlite', ['storage', 'kind'], 'sqlite: nothing is shared with an Avain for people'],
    [lazyMigration !== null, ['lazyMigration'], 'nothing: this profile is not for people'],
  ];
  return (profile === 'conformance' ? rules : onlyThere)
    .filter(([refused]) => refused)
    .map(([, path, expected]) => faultAt(source, path, expected));
}

/** This machine, or an address that no router carries to the world (RFC 1918, RFC 4193). All addresses at once are neither. */
function isNearby(host: string): boolean {
  if (host === '0.0.0.0' || host === '::' || host === '[::]') return false;
  if (isLoopbackHost(host)) return true;
  return isIP(host) !== 0 && /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|f[cd][0-9a-f]{2}:)/i.test(host);
}

/** No count and no delay is ever reached: the suite signs in hundreds of times in an hour. */
export function lifted(limits: Limits): Limits {
  const { mail, passwords, codes, strongIdentification, interactions } = limits;
  const never = Number.MAX_SAFE_INTEGER;
  return {
    ...limits,
    mail: { ...mail, perAddressPerHour: never, perAddressPerDay: never, perNetworkPerHour: never },
    passwords: { ...passwords, wrongBeforeDelay: never, consecutivePerAccount: never, perNetworkPer10Minutes: never },
    codes: { ...codes, wrongPerAccountPerDay: never },
    strongIdentification: Object.fromEntries(
      Object.keys(strongIdentification).map((key) => [key, never]),
      // A cast: the keys are its own.
    ) as Limits['strongIdentification'],
    links: { openedPerNetworkPerMinute: never },
    interactions: { ...interactions, openPerBrowser: never, startedPerNetworkPerHour: never },
  };
}
