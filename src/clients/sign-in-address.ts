import type { Client } from '../config/schema.ts';

/**
 * Where a person begins a new sign-in at this client: the way back from our pages and mails. Its `initiateLoginUri` with who
 * we are (OpenID Connect Core 4: third-party initiated login), else its `startUrl`; null where it has no pages. Of the
 * person nothing goes along, and no page to come to: `login_hint` would be their address, `target_link_uri` a way astray.
 */
export function signInAddress(
  client: Pick<Client, 'startUrl' | 'initiateLoginUri'> | null | undefined,
  issuer: string,
): string | null {
  const initiate = client?.initiateLoginUri ?? null;
  if (initiate === null) return client?.startUrl ?? null;
  const url = new URL(initiate);
  url.searchParams.set('iss', issuer);
  return url.href;
}
