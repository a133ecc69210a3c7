/** Where the audit log is sent, so that who can write into the store cannot unsay what has left it (docs/audit.md). */
import { isIP } from 'node:net';
import { z } from 'zod';
import { isPrivateAddress } from '../http/private-address.ts';
import type { Fault } from './faults.ts';
import type { Settings } from './settings-schema.ts';
import { isLoopbackHost, port, slug, text, webUrl } from './values.ts';
import { faultAt, type Source } from './yaml-file.ts';

const name = slug.describe('Keeps how far it has come: another name begins again');

const sinkSchema = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('file'), name, path: text.describe('Appended to; relative to this file') }),
  z.strictObject({
    to: z.literal('syslog'),
    name,
    transport: z.enum(['tls', 'tcp', 'udp']).default('tls'),
    host: text,
    port: port.default(6514),
    caFile: text.nullable().default(null).describe('Who vouches for the server, where it is nobody known'),
  }),
  z.strictObject({
    to: z.literal('https'),
    name,
    url: webUrl.describe('Gets NDJSON by POST'),
    tokenFile: text.nullable().default(null).describe('Sent as a Bearer token'),
  }),
]);

export const auditSchema = z.strictObject({
  ship: z
    .array(sinkSchema)
    .max(4)
    .refine((sinks) => new Set(sinks.map((sink) => sink.name)).size === sinks.length, { error: 'each name once' })
    .default([])
    .describe('Every record and checkpoint, at least once, in the order of its chain'),
});

export type AuditSettings = z.output<typeof auditSchema>;

/** What would be refused at every attempt is told at the start. */
export function auditFaults(source: Source, { audit, outgoing }: Settings): Fault[] {
  return audit.ship.flatMap((sink, at) => {
    if (sink.to !== 'https') return [];
    const { origin } = new URL(sink.url);
    if (!isPrivateUrl(sink.url) || outgoing.allow.includes(origin)) return [];
    return [faultAt(source, ['audit', 'ship', at, 'url'], `a public address, or ${origin} in outgoing.allow`)];
  });
}

/** As far as it is written out: what a name leads to is looked at when it is called. */
export function isPrivateUrl(url: string): boolean {
  const { hostname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  return isLoopbackHost(hostname) || (isIP(host) !== 0 && isPrivateAddress(host));
}
