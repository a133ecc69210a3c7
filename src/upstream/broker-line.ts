import type { CustomFetch, ServerMetadata } from 'openid-client';
import type { BrokerConfig } from './broker-config.ts';
import { type OpenToken, TokenRefused } from './decryption.ts';
import type { KeySet } from './ftn/signed-jwks.ts';

export type LineInput = Readonly<{
  config: Pick<BrokerConfig, 'userInfo'>;
  server: ServerMetadata;
  fetch: CustomFetch;
  open: OpenToken;
  readKeys: (uri: string, options: Parameters<CustomFetch>[1]) => Promise<KeySet>;
}>;

/**
 * The fetch given to openid-client for one broker. The library verifies signatures and claims; what it cannot do is done
 * here, where answers pass: tokens are opened (and refused where they were not encrypted), and key sets are verified.
 */
export function createBrokerLine({ config, server, fetch, open, readKeys }: LineInput): CustomFetch {
  const is = (url: string, endpoint: string | undefined) =>
    endpoint !== undefined && new URL(endpoint).href === new URL(url).href;
  return async (url, options) => {
    if (is(url, server.jwks_uri)) return json((await readKeys(url, options)).jwks);
    const response = await fetch(url, options);
    if (response.status >= 300) return response;
    if (is(url, server.token_endpoint)) return withOpenIdToken(response, open);
    if (is(url, server.userinfo_endpoint)) return signedUserInfo(response, config.userInfo === 'nested' ? open : null);
    return response;
  };
}

async function withOpenIdToken(response: Response, open: OpenToken): Promise<Response> {
  // A cast: broker-fetch.ts lets JSON objects and JWTs pass, and the library refuses a JWT here.
  const tokens = (await response.json().catch(() => ({}))) as Readonly<Record<string, unknown>>;
  const { id_token: token } = tokens;
  return json(typeof token === 'string' ? { ...tokens, id_token: await open(token) } : tokens);
}

async function signedUserInfo(response: Response, open: OpenToken | null): Promise<Response> {
  const content = (await response.text()).trim();
  const jws = open ? await open(content) : content;
  if (jws.split('.').length !== 3) throw new TokenRefused('userinfo_not_signed');
  return new Response(jws, { headers: { 'content-type': 'application/jwt' } });
}

function json(value: object): Response {
  return new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } });
}
