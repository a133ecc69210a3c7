import { z } from 'zod';
import type { ManagedDeps } from '../../clients/manage.ts';
import { sha256Base64url } from '../../secrets/sealing.ts';
import type { AdminDeps } from '../operation.ts';

export const clientId = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/);
export const clientParams = z.strictObject({ client: clientId });
export const clientText = z
  .string()
  .min(1)
  // To find a key that stands twice takes the square of how many there are.
  .max(64_000)
  .describe('A client file, YAML (docs/integrators.md); it holds no secret');

export const managed = (deps: AdminDeps): ManagedDeps => ({ ...deps, ...deps.clientsInForce });

/** Another one for each text. */
export const versionOf = (text: string): string => sha256Base64url(text).slice(0, 22);
