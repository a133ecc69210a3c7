/** Resource servers: the programs that clients call with a JWT access token of ours (RFC 8707, RFC 9068). */
import { z } from 'zod';
import { scopes as ownScopes } from './client-schema.ts';
import type { Fault } from './faults.ts';
import type { Settings } from './settings-schema.ts';
import { slug } from './values.ts';
import { faultAt, type Source } from './yaml-file.ts';

const scope = z.string().regex(/^[!#-[\]-~]+$/, 'a scope: printable ASCII without space, quote and backslash');

const identifier = z.string().refine((value) => URL.canParse(value) && !value.includes('#'), {
  error: 'an absolute URI without a fragment (RFC 8707 2)',
});

export const resourceServersSchema = z.record(
  slug,
  z.strictObject({
    identifier: identifier.describe('What clients send as `resource`, and `aud` of the tokens'),
    scopes: z.array(scope).default([]).describe('What may be asked for there'),
    minutes: z.int().min(1).max(60).default(10).describe('Life of a token: it cannot be revoked'),
  }),
);

/** What a token for one resource server could be mistaken for. */
export function resourceServerFaults(source: Source, { resources, issuer }: Settings): Fault[] {
  const taken = new Set<string>(['offline_access', ...ownScopes]);
  const identifiers = Object.values(resources).map((resource) => resource.identifier);
  return Object.entries(resources).flatMap(([name, resource]) => {
    const path = ['resources', name, 'identifier'];
    const ours = new URL(resource.identifier).origin === new URL(issuer).origin;
    const twice = identifiers.filter((other) => other === resource.identifier).length > 1;
    return [
      ...(ours ? [faultAt(source, path, "another address than Avain's own")] : []),
      ...(twice ? [faultAt(source, path, 'an identifier of its own for each resource server')] : []),
      ...resource.scopes.flatMap((word, index) =>
        taken.has(word)
          ? [faultAt(source, ['resources', name, 'scopes', index], 'another name: this one is a scope of Avain itself')]
          : [],
      ),
    ];
  });
}
