/** The earlier system that is asked about a typed password, and what its address must be. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { isPrivateAddress } from '../http/private-address.ts';
import { sourceName } from '../migration/import-arguments.ts';
import type { Fault } from './faults.ts';
import type { Settings } from './settings-schema.ts';
import { isLoopbackHost, text, webUrl } from './values.ts';
import { faultAt, type Source } from './yaml-file.ts';

export const lazyMigrationSchema = z.strictObject({
  url: webUrl.describe('Gets {email, password} by POST, answers {match}'),
  source: z
    .string()
    .regex(sourceName, 'lower-case letters, digits, dots and dashes')
    .describe('What the earlier system is called here, as in an import'),
  secretFile: text.nullable().default(null).describe('Signs the questions; default <dataDir>/secrets/lazy-migration'),
  timeoutMs: z.int().min(100).max(5_000).default(1_000).describe('Each wrong password waits as long'),
  maxConcurrent: z.int().min(1).max(64).default(8).describe('Questions at once'),
});

/** What would be refused at every sign-in is told at the start. */
export function lazyMigrationFaults(source: Source, { lazyMigration, outgoing }: Settings): Fault[] {
  if (lazyMigration === null) return [];
  const { hostname, origin } = new URL(lazyMigration.url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isPrivate = isLoopbackHost(hostname) || (isIP(host) !== 0 && isPrivateAddress(host));
  if (!isPrivate || outgoing.allow.includes(origin)) return [];
  return [faultAt(source, ['lazyMigration', 'url'], `a public address, or ${origin} in outgoing.allow`)];
}
