import { ClientError, type Configuration, fetchUserInfo } from 'openid-client';
import type { BrokerConfig } from './broker-config.ts';
import { BrokerUnreachable } from './broker-fetch.ts';
import { TokenRefused } from './decryption.ts';
import { causeOf } from './error-outcomes.ts';
import { type Claims, claimMapOf } from './id-token.ts';

/**
 * The ID token's claims with those about the person that userinfo adds (OpenID Connect Core §5.3). The signature and
 * `sub` are verified by the library; `iss` and `aud`, which it takes as optional, are demanded here, so that a response
 * made for another client or exchange is worth nothing. Throws {@link TokenRefused} and what the library throws.
 */
export async function withUserInfo(
  configuration: Configuration,
  { config, idToken, accessToken }: { config: BrokerConfig; idToken: Claims & { sub: string }; accessToken: string },
): Promise<Claims> {
  if (config.userInfo === 'none') return idToken;
  const info: Claims = await fetchUserInfo(configuration, accessToken, idToken.sub).catch(refuseUserInfo);
  const audiences = [info['aud']].flat();
  if (info['iss'] !== config.issuer || audiences.length !== 1 || audiences[0] !== config.clientId) {
    throw new TokenRefused('userinfo_audience');
  }
  return merged(idToken, info, config);
}

/** Said of userinfo and not of the ID token, so that an operator looks in the right place. Throws always. */
function refuseUserInfo(error: unknown): never {
  if (causeOf(error, BrokerUnreachable)) throw error;
  const code =
    causeOf(error, TokenRefused)?.code ?? (error instanceof ClientError ? error.code?.toLowerCase() : undefined);
  if (code === undefined) throw error;
  throw new TokenRefused(`userinfo_${code.replace(/^(token|userinfo)_/, '')}`);
}

/** Level, time and nonce are those of the ID token alone: userinfo may only add what is said of the person. */
function merged(idToken: Claims, info: Claims, config: BrokerConfig): Claims {
  const { identityCode, ...others } = claimMapOf(config);
  const names = [identityCode, ...Object.values(others)].filter((name) => name !== null);
  const added = names.filter((name) => idToken[name] === undefined).map((name) => [name, info[name]]);
  const [inToken, inInfo] = [idToken[identityCode], info[identityCode]];
  // Two persons in one answer: neither is believed.
  if (inToken !== undefined && inInfo !== undefined && inToken !== inInfo) throw new TokenRefused('userinfo_mismatch');
  return { ...Object.fromEntries(added), ...idToken };
}
