/** Addresses that are nobody's on the public network: our own machine and what stands beside it (RFC 6890, SSRF). */
import { BlockList, isIPv6 } from 'node:net';

const special = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  special.addSubnet(net, prefix, 'ipv4');
}
// IPv4 in the clothes of IPv6 (::ffff:…) is checked as IPv4 by the list itself.
for (const [net, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  special.addSubnet(net, prefix, 'ipv6');
}

/** `address`: an IP address as the resolver or a URL's host without brackets gives it. */
export function isPrivateAddress(address: string): boolean {
  const [bare = ''] = address.split('%');
  return special.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4');
}
