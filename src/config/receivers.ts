/** Whom Avain sends something by itself: what would be refused at every attempt is told at the start. */
import { isIP } from 'node:net';
import { isPrivateAddress } from '../http/private-address.ts';
import type { Fault } from './faults.ts';
import type { Settings } from './settings-schema.ts';
import { isLoopbackHost } from './values.ts';
import { faultAt, type KeyPath, type Source } from './yaml-file.ts';

export function receiverFaults(source: Source, { profile, audit, webhooks, outgoing }: Settings): Fault[] {
  const privateFaults = (url: string, path: KeyPath): Fault[] => {
    const { origin } = new URL(url);
    if (!isPrivateUrl(url) || outgoing.allow.includes(origin)) return [];
    return [faultAt(source, path, `a public address, or ${origin} in outgoing.allow`)];
  };
  const ofAudit = audit.ship.flatMap((sink, at) =>
    sink.to === 'https' ? privateFaults(sink.url, ['audit', 'ship', at, 'url']) : [],
  );
  const ofWebhooks = webhooks.flatMap(({ url }, at) => {
    const path = ['webhooks', at, 'url'];
    const isOpen = profile === 'production' && url.startsWith('http:');
    return isOpen ? [faultAt(source, path, 'an https address')] : privateFaults(url, path);
  });
  return [...ofAudit, ...ofWebhooks];
}

/** As far as it is written out: what a name leads to is looked at when it is called. */
function isPrivateUrl(url: string): boolean {
  const { hostname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  return isLoopbackHost(hostname) || (isIP(host) !== 0 && isPrivateAddress(host));
}
