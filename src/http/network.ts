import { isIPv6 } from 'node:net';
import type { Context } from 'koa';

/**
 * The network a request comes from, for limits: the IPv4 address, or the /64 of an IPv6 address (one subscriber).
 * `ctx.ip` honours only the configured number of trusted proxies.
 */
export function networkOf(ctx: Pick<Context, 'ip'>): string {
  const ip = ctx.ip.replace(/^::ffff:(?=\d+\.)/, '');
  if (!isIPv6(ip)) return ip;
  const [head = '', tail] = ip.split('::');
  const groups = head.split(':').filter(Boolean);
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter(Boolean).length;
  const full = [...groups, ...Array<string>(missing).fill('0'), ...(tail ?? '').split(':').filter(Boolean)];
  return `${full.slice(0, 4).join(':')}::/64`;
}
