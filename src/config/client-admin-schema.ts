/** The key `admin` of a client file: who may call the admin API with this client's tokens (docs/admin-api.md). */
import { z } from 'zod';
import type { Rule } from './client-rules.ts';
import type { ClientFile } from './client-schema.ts';
import type { ReadClient } from './clients.ts';
import type { Client } from './schema.ts';

/** Tokens for the admin API name it as their audience (RFC 8707). No other resource server may lie at Avain's own origin. */
export const adminApiPath = '/admin/api/v1';

export const adminApiOf = (issuer: string): string => new URL(adminApiPath, issuer).href;

/** Never `owner`: a machine gives nobody a role and erases nobody. Never `county`: rosters are kept by people. */
export const machineRoles = ['operator', 'support', 'auditor'] as const;

export const clientAdminKey = z
  .union([
    z.strictObject({ role: z.enum(machineRoles).describe('What the client itself may do, with tokens of its own') }),
    z.strictObject({ staff: z.literal(true).describe('Staff may sign in to it; what they may do is their own role') }),
  ])
  .nullable()
  .default(null)
  .describe('May ask tokens for the admin API; null: not');

export function adminRules(
  { keptIn, file }: Pick<ReadClient, 'keptIn'> & { readonly file: ClientFile },
  method: Client['authMethod'],
): readonly Rule[] {
  const { admin } = file;
  if (admin === null) return [];
  const isMachine = 'role' in admin;
  return [
    // Whoever may put clients into the store by the API must not give themselves another role by one.
    [keptIn === 'storage', ['admin'], 'nothing: only a client that is a file may call the admin API'],
    [isMachine && !file.clientCredentials, ['clientCredentials'], 'true beside admin.role'],
    // A shared secret lies in too many places for this.
    [isMachine && method !== 'private_key_jwt', ['authMethod'], 'private_key_jwt beside admin.role'],
    [!isMachine && file.party !== 'first', ['party'], 'first beside admin.staff'],
    [!isMachine && file.redirectUris.length === 0 && !file.deviceFlow, ['redirectUris'], 'one address or more'],
    // The identification of the session is what counts, so nothing may outlive the session.
    [!isMachine && file.offlineAccess, ['offlineAccess'], 'false beside admin.staff'],
  ];
}
