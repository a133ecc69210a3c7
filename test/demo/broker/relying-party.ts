/**
 * A relying party of the test's own, on jose and fetch alone: what the simulator does is judged without Avain's
 * connector, or both could be wrong in the same way.
 */
import { constants, createDecipheriv, createHash, createPrivateKey, privateDecrypt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompactSign,
  compactDecrypt,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  SignJWT,
} from 'jose';
import type { SimulatedDialect } from '../../../src/demo/broker/dialect-rules.ts';
import { dialects } from '../../../src/demo/broker/dialects.ts';
import { type BrokerWalk, walkBroker } from '../../support/broker-walk.ts';
import { startProgram } from '../support/start-program.ts';

type Claims = Readonly<Record<string, unknown>>;

/** One token, taken apart: the outer header is undefined where it came unencrypted. */
export type Opened = Readonly<{ outer: Claims | undefined; header: Claims; claims: Claims; jws: string }>;

export type Ports = Readonly<{ avain: number; broker: number }>;

const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');

/** Starts the simulator in a dialect, and a server that publishes our keys where Avain would. */
export async function openSimulator(
  dialect: SimulatedDialect,
  ports: Ports,
  env: Readonly<Record<string, string>> = {},
) {
  const rules = dialects[dialect];
  const origin = `http://localhost:${ports.broker}`;
  const redirectUri = `http://localhost:${ports.avain}/upstream/demotunnistus/callback`;
  const keys = {
    sig: await newKey('RS256'),
    rsa: await newKey('RSA-OAEP'),
    ec: await newKey('ECDH-ES'),
    entity: await newKey('RS256'),
  };
  const publisher = createServer(async (request, response) =>
    response.end(await published(request.url ?? '', keys, origin)),
  );
  publisher.listen(ports.avain, 'localhost');
  await once(publisher, 'listening');
  const dataDir = await mkdtemp(join(tmpdir(), 'avain-simulator-'));
  const moved = `3000:${ports.avain},3400:${ports.broker}`;
  const program = await startProgram(
    'src/demo/broker/main.ts',
    [],
    { AVAIN_DATA_DIR: dataDir, AVAIN_MOVED_PORTS: moved, AVAIN_DEMO_BROKER_DIALECT: dialect, ...env },
    origin,
  );

  const sign = async (claims: Claims, key: JWK = keys.sig) =>
    new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'RS256', kid: String(key.kid) })
      // A cast: node:crypto takes any JWK.
      .sign(createPrivateKey({ key: key as never, format: 'jwk' }));
  const now = () => Math.floor(Date.now() / 1000);
  const parameters = (own: Claims = {}): Record<string, string> => ({
    client_id: 'avain',
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: Object.keys(rules.scopes).join(' '),
    state: 'some-state',
    nonce: 'n'.repeat(43),
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ftn_spname: 'Oima',
    acr_values: rules.levels?.[0] ?? '',
    ui_locales: 'fi',
    ...own,
  });
  const requestObject = (own: Claims = {}, key?: JWK) => {
    const aud = rules.requestAudience === 'issuer' ? origin : `${origin}${rules.paths.authorization}`;
    return sign({ ...parameters(), iss: 'avain', aud, iat: now(), exp: now() + 300, jti: randomUUID(), ...own }, key);
  };
  const assertion = (own: Claims = {}) => {
    const aud = rules.assertionAudience === 'issuer' ? origin : `${origin}${rules.paths.token}`;
    return sign({ iss: 'avain', sub: 'avain', aud, iat: now(), exp: now() + 60, jti: randomUUID(), ...own });
  };
  const proof = async (own: Claims = {}) => ({
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(own),
  });
  const post = (path: string, form: Record<string, string>) =>
    fetch(`${origin}${path}`, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });

  /** Where the browser is sent, in the dialect's own way of asking. */
  const authorizationUrl = async (own: Claims = {}): Promise<URL> => {
    const url = new URL(`${origin}${rules.paths.authorization}`);
    url.searchParams.set('client_id', 'avain');
    if (rules.requests !== 'pushed') {
      url.searchParams.set('request', await requestObject(own));
      return url;
    }
    const pushed = await post(String(rules.paths.pushed), { ...parameters(own), ...(await proof()) });
    const { request_uri: uri } = (await pushed.json()) as { request_uri: string };
    url.searchParams.set('request_uri', uri);
    return url;
  };
  const redeem = async (callback: URL, given?: Record<string, string>) =>
    post(rules.paths.token, {
      grant_type: 'authorization_code',
      code: String(callback.searchParams.get('code')),
      redirect_uri: redirectUri,
      code_verifier: verifier,
      client_id: 'avain',
      ...(given ?? (await proof())),
    });
  const open = async (token: string): Promise<Opened> => {
    const encrypted = token.split('.').length === 5;
    const outer = encrypted ? (decodeProtectedHeader(token) as Claims) : undefined;
    const jws = outer ? await decrypted(token, outer, keys) : token;
    return { outer, header: decodeProtectedHeader(jws) as Claims, claims: decodeJwt(jws), jws };
  };

  return {
    origin,
    rules,
    keys,
    post,
    proof,
    sign,
    requestObject,
    parameters,
    authorizationUrl,
    redeem,
    open,
    walk: async (walk: BrokerWalk = {}, own: Claims = {}) => walkBroker(await authorizationUrl(own), walk),
    /** One whole identification: the ID token, and what else the token endpoint gave. */
    async identify(walk: BrokerWalk = {}, own: Claims = {}) {
      const answer = await redeem(await walkBroker(await authorizationUrl(own), walk));
      const tokens = (await answer.json()) as { id_token: string; access_token: string };
      return { tokens, ...(await open(tokens.id_token)) };
    },
    async simulate(switches: Claims) {
      const headers = { 'content-type': 'application/json' };
      return fetch(`${origin}/simulate`, { method: 'POST', headers, body: JSON.stringify(switches) });
    },
    async get(path: string) {
      return fetch(`${origin}${path}`);
    },
    async close() {
      await program.stop();
      publisher.closeAllConnections();
      publisher.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

export type Simulator = Awaited<ReturnType<typeof openSimulator>>;

async function newKey(alg: 'RS256' | 'RSA-OAEP' | 'ECDH-ES'): Promise<JWK> {
  const options = { extractable: true, ...(alg === 'ECDH-ES' ? { crv: 'P-256' } : { modulusLength: 2048 }) };
  const { privateKey } = await generateKeyPair(alg, options);
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), use: alg === 'RS256' ? 'sig' : 'enc' };
}

function publicHalf({ d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...key }: JWK): JWK {
  return key;
}

async function decrypted(token: string, { alg, kid }: Claims, keys: { rsa: JWK; ec: JWK }): Promise<string> {
  const jwk = alg === 'ECDH-ES' ? keys.ec : keys.rsa;
  // A cast: node:crypto takes any JWK.
  const key = createPrivateKey({ key: jwk as never, format: 'jwk' });
  if (alg === 'RSA1_5') return decryptedByRsa15(token, key);
  if (kid !== undefined && kid !== jwk.kid) throw new Error(`encrypted to ${kid}`);
  return Buffer.from((await compactDecrypt(token, key)).plaintext).toString();
}

function decryptedByRsa15(token: string, key: ReturnType<typeof createPrivateKey>): string {
  const parts = token.split('.');
  const [wrapped, iv, text, tag] = parts.slice(1).map((part) => Buffer.from(part, 'base64url'));
  if (!wrapped || !iv || !text || !tag) throw new Error('not a JWE');
  const contentKey = privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, wrapped);
  const decipher = createDecipheriv('aes-128-gcm', contentKey, iv)
    .setAAD(Buffer.from(parts[0] ?? ''))
    .setAuthTag(tag);
  return Buffer.concat([decipher.update(text), decipher.final()]).toString();
}

/** Our keys as Avain publishes them: plain, signed by an entity key, and the statement of that key. */
async function published(
  path: string,
  { sig, rsa, ec, entity }: Record<'sig' | 'rsa' | 'ec' | 'entity', JWK>,
  at: string,
) {
  const keys = [sig, rsa, ec].map(publicHalf);
  if (path.endsWith('/jwks')) return JSON.stringify({ keys });
  const id = `${at}/somebody`;
  const party = { token_endpoint_auth_method: 'private_key_jwt', signed_jwks_uri: `${id}/signed-jwks` };
  const statement = { jwks: { keys: [publicHalf(entity)] }, metadata: { openid_relying_party: party } };
  const [typ, claims] = path.endsWith('/signed-jwks') ? ['jwk-set+jwt', { keys }] : ['entity-statement+jwt', statement];
  return new SignJWT({ ...claims, iss: id, sub: id })
    .setProtectedHeader({ alg: 'RS256', typ: String(typ), kid: String(entity.kid) })
    .sign(await importJWK(entity, 'RS256'));
}
