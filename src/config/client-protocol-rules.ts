/** What the protocol's keys of one client file mean together, and what the word `fapi2` makes of them. */
import type { Rule } from './client-rules.ts';
import type { ClientFile } from './client-schema.ts';
import type { Client, Config } from './schema.ts';

/** What the installation offers. */
export type Offered = Readonly<{ resources: Config['resources']; proxy: Config['proxy'] }>;

type Method = Client['authMethod'];

/** By keys, not by secrets (FAPI 2.0 Security Profile 5.3.2.1). */
const fapiMethods: readonly Method[] = ['private_key_jwt', 'self_signed_tls_client_auth'];

/** Filled in: FAPI 2.0 demands pushed requests and sender-constrained tokens, by DPoP where nothing else is said. */
export function protocolOf(file: ClientFile, method: Method): Pick<Client, 'tokens' | 'requests'> {
  const { tokens, requests, profile } = file;
  if (profile === null) return { tokens, requests };
  const binding = tokens.binding ?? (method === 'self_signed_tls_client_auth' ? 'mtls' : 'dpop');
  return { tokens: { ...tokens, binding }, requests: { ...requests, pushed: true } };
}

export function protocolRules(file: ClientFile, method: Method, { resources, proxy }: Offered): readonly Rule[] {
  const { tokens, requests, userinfo } = file;
  const noCertificates = proxy.clientCertificateHeader === null;
  const noKeys = file.jwks === null && file.jwksUri === null;
  const behindProxy = 'another one, or proxy.clientCertificateHeader in avain.yaml: Avain sees no certificate itself';
  const keys = 'jwks or jwksUri beside it';
  return [
    ...fapiRules(file, method),
    ...keyRules(file, method),
    [method === 'self_signed_tls_client_auth' && noCertificates, ['authMethod'], behindProxy],
    [tokens.binding === 'mtls' && noCertificates, ['tokens', 'binding'], behindProxy],
    [requests.signed && noKeys, ['requests', 'signed'], keys],
    [tokens.idTokenEncryption !== null && noKeys, ['tokens', 'idTokenEncryption'], keys],
    [userinfo.encryption !== null && noKeys, ['userinfo', 'encryption'], keys],
    ...file.resources.map((name, index): Rule => {
      const expected = `a name below resources: in avain.yaml: ${Object.keys(resources).join(', ') || 'there is none yet'}`;
      return [!Object.hasOwn(resources, name), ['resources', index], expected];
    }),
    // The page of consent speaks of what Avain itself tells, not of what is done at another server in one's name.
    [
      file.party === 'third' && (file.redirectUris.length > 0 || file.deviceFlow) && file.resources.length > 0,
      ['resources'],
      'nothing: a third party with people cannot be given access to resource servers in this version',
    ],
  ];
}

function fapiRules({ profile, type, tokens }: ClientFile, method: Method): readonly Rule[] {
  if (profile === null) return [];
  return [
    [type === 'public', ['type'], 'confidential beside profile: fapi2'],
    [
      type === 'confidential' && !fapiMethods.includes(method),
      ['authMethod'],
      `${fapiMethods.join(' or ')} beside profile: fapi2`,
    ],
    // RS256 is PKCS #1 v1.5 (FAPI 2.0 Security Profile 5.4.1).
    [tokens.idTokenAlg === 'RS256', ['tokens', 'idTokenAlg'], 'ES256 or PS256 beside profile: fapi2'],
  ];
}

const leastRsaBytes = 256;

function keyRules({ jwks, jwksUri }: ClientFile, method: Method): readonly Rule[] {
  const keys = jwks?.keys ?? [];
  const tls = method === 'self_signed_tls_client_auth';
  return [
    ...keys.map((key, index): Rule => {
      const weak = key.kty === 'RSA' && Buffer.from(String(key['n']), 'base64url').length < leastRsaBytes;
      return [weak, ['jwks', 'keys', index], 'an RSA key of 2048 bits or more'];
    }),
    [tls && jwks === null && jwksUri === null, ['authMethod'], 'jwks or jwksUri beside self_signed_tls_client_auth'],
    [
      tls && jwks !== null && !keys.some((key) => Array.isArray(key['x5c'])),
      ['jwks'],
      'a key with its certificate (x5c), beside self_signed_tls_client_auth',
    ],
  ];
}
