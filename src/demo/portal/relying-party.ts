import { readFile } from 'node:fs/promises';
import * as client from 'openid-client';
import type { PortalSettings } from './settings.ts';

/** Gives openid-client's configuration for Avain: discovered at the first need and again after a failure. */
export type RelyingParty = () => Promise<client.Configuration>;

const timeoutSeconds = 10;

/** Avain may start later than the portal, and its first start writes the client's secret: nothing is read before. */
export function createRelyingParty(settings: PortalSettings): RelyingParty {
  let discovered: Promise<client.Configuration> | undefined;
  return () => {
    discovered ??= discover(settings).catch((error: unknown) => {
      discovered = undefined;
      throw error;
    });
    return discovered;
  };
}

async function discover({ issuer, clientId, secretFile }: PortalSettings): Promise<client.Configuration> {
  const authentication =
    secretFile === undefined ? client.None() : client.ClientSecretBasic((await readFile(secretFile, 'utf8')).trim());
  return client.discovery(issuer, clientId, {}, authentication, {
    timeout: timeoutSeconds,
    // Plain HTTP is for loopback only; it is also why the ID token's signature is checked although it comes directly
    // from the token endpoint (OpenID Connect Core 3.1.3.7 point 6 would let TLS stand for it).
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  });
}
