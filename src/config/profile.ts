/** What the profile decides: the numbers that development softens, and what production refuses to start with. */
import { availableParallelism } from 'node:os';
import type { ReadClient } from './clients.ts';
import { lifted } from './conformance-rules.ts';
import { type Environment, variable } from './environment.ts';
import type { Fault } from './faults.ts';
import type { Limits } from './policy-schema.ts';
import { isAppUri, isLoopbackUri } from './redirect-uri.ts';
import type { Settings } from './settings-schema.ts';
import { isLoopbackHost } from './values.ts';
import { faultAt, type KeyPath, type Source } from './yaml-file.ts';

const ftn = 'http://ftn.ficora.fi/2017';

/** Settings whose defaults depend on the profile or the machine, filled in. */
export type FinishedSettings = Omit<Settings, 'acr' | 'passwords'> & {
  acr: { email: string; substantial: string; high: string };
  passwords: Omit<Settings['passwords'], 'concurrency'> & { concurrency: number };
};

export function withProfileDefaults(settings: Settings): FinishedSettings {
  const { profile, acr, passwords, chance } = settings;
  const level = profile === 'production' ? 'loa' : 'loatest';
  return {
    ...settings,
    acr: {
      email: acr.email,
      substantial: acr.substantial ?? `${ftn}/${level}2`,
      high: acr.high ?? `${ftn}/${level}3`,
    },
    passwords: { ...passwords, concurrency: passwords.concurrency ?? availableParallelism() },
    // A sign-in must go the same way each time the suite tries it.
    chance: profile === 'conformance' && chance === 'policy' ? 'never' : chance,
    limits: limitsOf(settings),
  };
}

function limitsOf({ profile, limits, listen }: Settings): Limits {
  if (profile === 'production') return limits;
  return profile === 'conformance' && isLoopbackHost(listen.host) ? lifted(limits) : softened(limits);
}

/** decisions §3: in development everything counted per network, hour and day, and nothing else. */
function softened(limits: Limits): Limits {
  const times = limits.developmentFactor;
  const { mail, passwords, codes, strongIdentification, links, interactions } = limits;
  return {
    ...limits,
    mail: {
      ...mail,
      perAddressPerHour: mail.perAddressPerHour * times,
      perAddressPerDay: mail.perAddressPerDay * times,
      perNetworkPerHour: mail.perNetworkPerHour * times,
      feedbackPerNetworkPerHour: mail.feedbackPerNetworkPerHour * times,
    },
    passwords: { ...passwords, perNetworkPer10Minutes: passwords.perNetworkPer10Minutes * times },
    codes: { ...codes, wrongPerAccountPerDay: codes.wrongPerAccountPerDay * times },
    strongIdentification: {
      startsPerAccountPerHour: strongIdentification.startsPerAccountPerHour * times,
      findingsPerBrowserPerHour: strongIdentification.findingsPerBrowserPerHour * times,
      findingsPerNetworkPerHour: strongIdentification.findingsPerNetworkPerHour * times,
    },
    links: { openedPerNetworkPerMinute: links.openedPerNetworkPerMinute * times },
    interactions: { ...interactions, startedPerNetworkPerHour: interactions.startedPerNetworkPerHour * times },
  };
}

/** Each refusal names the key and the way out. Brokers refuse for themselves (broker-config.ts), secrets in secrets.ts. */
export function productionRefusals(source: Source, settings: Settings, env: Environment): Fault[] {
  const { issuer, storage, chance, acr, outgoing, lazyMigration } = settings;
  const refusals: readonly (readonly [refused: boolean, path: KeyPath, expected: string])[] = [
    [!isPublic(issuer), ['issuer'], 'the public https address (set issuer or AVAIN_ISSUER)'],
    [storage.memory, ['storage', 'memory'], 'false: in-memory storage forgets every account'],
    [lazyMigration?.url.startsWith('http:') ?? false, ['lazyMigration', 'url'], 'an https address'],
    [chance !== 'policy', ['chance'], 'policy: draws are fixed only in development (remove the key and CHANCE)'],
    ...(['substantial', 'high'] as const).map(
      (level) =>
        [
          acr[level]?.includes('loatest') ?? false,
          ['acr', level],
          'a real level of assurance: remove the key',
        ] as const,
    ),
    ...outgoing.allow.map(
      (origin, index) =>
        [
          isLoopbackHost(new URL(origin).hostname),
          ['outgoing', 'allow', index],
          'no loopback: remove the line',
        ] as const,
    ),
  ];
  const faults = refusals.filter(([refused]) => refused).map(([, path, expected]) => faultAt(source, path, expected));
  const set = ['CHANCE', 'PORT_OFFSET', 'AVAIN_MOVED_PORTS'].filter((name) => variable(env, name) !== null);
  const ofEnvironment = set.map((key) => ({
    file: 'environment',
    line: null,
    key,
    found: 'a variable of the development profile',
    expected: `production without it (unset ${key})`,
  }));
  return [...faults, ...ofEnvironment];
}

/** What production refuses in one client: the demo world's clients, and addresses that are not public. */
export function productionClientRefusals({ source, file }: ReadClient): Fault[] {
  const wayOut = 'no client of the demo world (remove the file, or clients/ of the demo from clientsDirs)';
  const single = ['jwksUri', 'backchannelLogoutUri', 'startUrl', 'initiateLoginUri'] as const;
  const lists = ['redirectUris', 'postLogoutRedirectUris'] as const;
  const urls: [KeyPath, string | null][] = [
    ...single.map((key): [KeyPath, string | null] => [[key], file[key]]),
    ...lists.flatMap((key) => file[key].map((url, index): [KeyPath, string] => [[key, index], url])),
  ];
  return [
    ...(file.demo ? [faultAt(source, ['demo'], wayOut)] : []),
    ...urls
      .filter(([, url]) => url !== null && !isPublic(url) && !(file.application === 'native' && isOnDevice(url)))
      .map(([path]) => faultAt(source, path, 'a public https URL')),
  ];
}

/** The answer does not leave the device that asked (RFC 8252). */
function isOnDevice(url: string): boolean {
  return isAppUri(url) || isLoopbackUri(url);
}

function isPublic(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' && !isLoopbackHost(hostname);
}
