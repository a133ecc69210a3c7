/** Where the audit log is sent, so that who can write into the store cannot unsay what has left it (docs/audit.md). */
import { z } from 'zod';
import { port, slug, text, webUrl } from './values.ts';

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
