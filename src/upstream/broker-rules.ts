import { isLoopbackHost } from '../config/values.ts';
import type { BrokerConfig } from './broker-config.ts';

export type BrokerProfile = 'development' | 'production';

type Path = (string | number)[];
type Report = (path: Path, message: string) => void;

/** Reports what one key alone cannot tell, and what only development may do. Messages say what is expected. */
export function refuseFaults(config: BrokerConfig, profile: BrokerProfile, report: Report): void {
  refuseContradictions(config, report);
  if (profile === 'production') refuseTests(config, report);
}

function refuseContradictions(config: BrokerConfig, report: Report): void {
  const { method, identity, endpoints, entityStatement, request, userInfo } = config;
  if (method.parameter !== 'none') {
    for (const id of method.offered) if (!method[id]) report(['method', id], 'what this method is called');
  }
  for (const key of ['request', 'requestHigh'] as const) {
    if (method.parameter !== 'acr_values' && config.acr[key].length === 0) report(['acr', key], 'a list of at least 1');
  }
  if (endpoints && !entityStatement && !endpoints.jwks)
    report(['endpoints', 'jwks'], 'where the keys of the broker are');
  // Two sources of keys would leave open which is believed.
  if (endpoints?.jwks && entityStatement) report(['endpoints', 'jwks'], 'no such key beside an entity statement');
  if (endpoints && !entityStatement) {
    if (request.mode !== 'jar' && !endpoints.pushedAuthorization)
      report(['endpoints', 'pushedAuthorization'], 'where requests are pushed to');
    if (userInfo !== 'none' && !endpoints.userInfo) report(['endpoints', 'userInfo'], 'where userinfo is fetched');
  }
  if (identity.type === 'hetu') {
    if (identity.country !== 'FI') report(['identity', 'country'], 'FI: a hetu is Finnish');
    if (identity.pattern !== undefined) report(['identity', 'pattern'], 'no such key: a hetu has rules of its own');
  } else if (identity.pattern === undefined) {
    report(['identity', 'pattern'], 'a regular expression for the whole identifier');
  }
  // A level is believed as the broker states it and never raised on the way (security R25).
  for (const [acr, level] of Object.entries(config.acr.accept)) {
    if (acr.endsWith('/loa2') && level !== 'substantial') report(['acr', 'accept', acr], 'substantial');
  }
}

function refuseTests(config: BrokerConfig, report: Report): void {
  for (const [path, url] of addressesOf(config)) {
    if (!isPublicHttps(url)) {
      report(path, 'an https URL that is not on this machine (the demo broker is for development)');
    } else if (isTestEnvironment(url)) {
      report(path, "the broker's production address: in a test environment anybody can be anybody");
    }
  }
  for (const [path, acr] of levelsOf(config)) {
    // A test level is anybody's claim to be anybody.
    if (testLevel.test(acr)) report(path, 'a real level of assurance: test levels (loatest…) are for development');
  }
  if (config.allowArtificialCodes) report(['allowArtificialCodes'], 'false: real people never have such codes');
}

// FTN (`loatest2`, `loatest3`) and the spelling of Suomi.fi (`urn:oid:1.2.246.517.3002.110.8test`).
const testLevel = /loatest|3002\.110\.\d+test/i;

// Open to everybody with published test persons, and speaking real levels' protocol: a slip of one line would be costly.
const testEnvironments = [
  /^tunnistus-pp\.telia\.fi$/,
  /^isb-test\.op\.fi$/,
  /\.test\.idura\.broker$/,
  /-test\.criipto\.id$/,
  /(^|\.)sandbox\.signicat\.com$/,
  /(^|\.)ident-preprod\d*\.nets\.eu$/,
];

function isTestEnvironment(address: string): boolean {
  const { hostname } = new URL(address);
  return testEnvironments.some((known) => known.test(hostname));
}

function addressesOf(config: BrokerConfig): [Path, string][] {
  const endpoints = Object.entries(config.endpoints ?? {});
  const stated = endpoints.flatMap(([key, url]): [Path, string][] => (url ? [[['endpoints', key], url]] : []));
  return [[['issuer'], config.issuer], ...stated];
}

function levelsOf({ acr }: BrokerConfig): [Path, string][] {
  return [
    ...acr.request.map((value): [Path, string] => [['acr', 'request'], value]),
    ...acr.requestHigh.map((value): [Path, string] => [['acr', 'requestHigh'], value]),
    ...Object.keys(acr.accept).map((value): [Path, string] => [['acr', 'accept'], value]),
  ];
}

function isPublicHttps(value: string): boolean {
  const url = new URL(value);
  return url.protocol === 'https:' && !isLoopbackHost(url.hostname);
}
