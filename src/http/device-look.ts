/**
 * What a device looks like to its owner, from what its browser says of itself: one of a few names for the browser and
 * the system, and the coarse network. Nothing else of the user agent or the address is kept.
 */
import type { Context } from 'koa';
import type { DeviceLook } from '../accounts/account.ts';
import { networkOf } from './network.ts';

// In this order: most browsers also claim to be those further down.
const programs: readonly (readonly [string, RegExp])[] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\/|\bOpera\b/],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|Chromium)\//],
  ['Safari', /\bVersion\/\S+ .*\bSafari\//],
];

const systems: readonly (readonly [string, RegExp])[] = [
  ['iOS', /\b(?:iPhone|iPad|iPod)\b/],
  ['Android', /\bAndroid\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMacintosh\b/],
  ['Linux', /\bLinux\b/],
];

/** Longer ones are nobody's real browser, and patterns shall not be run over what a stranger makes as long as he likes. */
const longestUserAgent = 512;

const nameIn = (names: typeof programs, userAgent: string): string | null =>
  names.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? null;

/** Half of the address: a provider's region, not a household. */
export function coarseNetwork(network: string): string {
  if (network.endsWith('::/64')) {
    const [first = '0', second = '0'] = network.split(':');
    if (/^(?:fe[89ab][0-9a-f]|f[cd][0-9a-f]{2})$/i.test(first) || /^(?:0:){3}0::/.test(network)) return 'local';
    return `${first}:${second}::/32`;
  }
  const [first = '', second = ''] = network.split('.');
  // Loopback, private use and link-local addresses (RFC 6890).
  const local = /^(?:127|10)$/.test(first) || (first === '172' && Number(second) >> 4 === 1);
  if (local || `${first}.${second}` === '192.168' || `${first}.${second}` === '169.254') return 'local';
  return `${first}.${second}.0.0/16`;
}

/** Of the browser that sends this request. */
export function deviceLookOf(ctx: Pick<Context, 'ip' | 'get'>): DeviceLook {
  const userAgent = ctx.get('User-Agent').slice(0, longestUserAgent);
  return {
    program: nameIn(programs, userAgent),
    system: nameIn(systems, userAgent),
    network: coarseNetwork(networkOf(ctx)),
  };
}
