import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactEncrypt, type CryptoKey, decodeJwt, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Clock } from '../../src/deps.ts';
import { parseHetu } from '../../src/identity/hetu.ts';
import type { Connector } from '../../src/upstream/broker.ts';
import { brokerConfigSchema } from '../../src/upstream/broker-config.ts';
import { readEntityStatement } from '../../src/upstream/ftn/entity-statement.ts';
import { type PrivateJwks, publicJwks } from '../../src/upstream/ftn/keys.ts';
import { createOidcBroker } from '../../src/upstream/oidc-broker.ts';

export type NamedKey = Readonly<{ kid: string; alg: string; privateKey: CryptoKey; publicJwk: JWK }>;

/** What the small broker does now; a test changes single members. */
export type Behaviour = {
  /** Members of the discovery document on top of the usual ones. */
  metadata: Record<string, unknown>;
  signing: NamedKey;
  published: NamedKey[];
  /** Encryption of ID tokens and userinfo; null: only signed. `kid` undefined: names no key. */
  jwe: { alg: string; enc: string; kid: string | undefined; key: JWK } | null;
  idTokenClaims: Record<string, unknown>;
  userInfoClaims: Record<string, unknown>;
  /** Makes the signed key set; the default is sound. */
  signedJwks: (broker: SmallBroker) => Promise<string>;
  /** Answers instead of the usual, by path. */
  instead: Record<string, { status: number; body: string; type?: string }>;
};

/** A broker of a hundred lines with real keys over real HTTP, which can be made to do what no good library does. */
export type SmallBroker = Readonly<{
  issuer: string;
  entity: NamedKey;
  now: Behaviour;
  /** Paths asked for, in order. */
  asked: string[];
  /** Pushed requests by request_uri. */
  pushed: Map<string, URLSearchParams>;
  /** The person identifies: the callback's address for where the connector sent the browser. */
  authorize(url: URL): URL;
  signedJwks(change?: Record<string, unknown>, key?: NamedKey): Promise<string>;
  statement(change?: Record<string, unknown>): Promise<string>;
  close(): void;
}>;

export const redirectUri = 'http://localhost:3000/upstream/small/callback';
const loa2 = 'http://ftn.ficora.fi/2017/loa2';
export const person = { 'urn:oid:1.2.246.21': '131189Y902A', 'urn:oid:1.2.246.575.1.14': 'Aino Olivia' };

export async function namedKey(alg: string, kid: string): Promise<NamedKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg } };
}

/** Keys of a small broker: making them costs more than all else, so a suite makes them once. */
export type SmallBrokerKeys = Readonly<{ signing: NamedKey; entity: NamedKey }>;

export async function smallBrokerKeys(): Promise<SmallBrokerKeys> {
  return { signing: await namedKey('RS256', 'sig-1'), entity: await namedKey('RS256', 'entity-1') };
}

export async function openSmallBroker(ours: PrivateJwks, { signing, entity }: SmallBrokerKeys): Promise<SmallBroker> {
  const enc = publicJwks(ours).keys.find(({ use }) => use === 'enc');
  if (!enc) throw new Error('our keys have one for encryption');
  const now: Behaviour = {
    metadata: {},
    signing,
    published: [signing],
    jwe: { alg: 'RSA-OAEP', enc: 'A128CBC-HS256', kid: enc.kid, key: enc },
    idTokenClaims: {},
    userInfoClaims: {},
    signedJwks: (broker) => broker.signedJwks(),
    instead: {},
  };
  const asked: string[] = [];
  const pushed = new Map<string, URLSearchParams>();
  const codes = new Map<string, string>();
  const server = createServer((request, response) => {
    asked.push(request.method === 'HEAD' ? `HEAD ${request.url}` : (request.url ?? ''));
    answer(broker, codes, request).then(
      ({ status = 200, body, type = 'application/json' }) =>
        response.writeHead(status, { 'content-type': type }).end(body),
      (error) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, 'localhost');
  await once(server, 'listening');
  // A listening TCP server has a port.
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const epoch = () => Math.floor(Date.now() / 1000);
  const broker: SmallBroker = {
    issuer,
    entity,
    now,
    asked,
    pushed,
    authorize(url) {
      const request = requested(pushed, url);
      const code = randomBytes(8).toString('hex');
      codes.set(code, String(request['nonce']));
      return new URL(`${redirectUri}?${new URLSearchParams({ code, state: String(request['state']) })}`);
    },
    signedJwks: (change = {}, key = entity) =>
      new SignJWT({
        keys: now.published.map(({ publicJwk }) => ({ ...publicJwk, use: 'sig' })),
        iss: issuer,
        sub: issuer,
        iat: epoch(),
        exp: epoch() + 3600,
        ...change,
      })
        .setProtectedHeader({ alg: key.alg, kid: key.kid })
        .sign(key.privateKey),
    statement: (change = {}) =>
      new SignJWT({
        iss: issuer,
        sub: issuer,
        exp: epoch() + 3600,
        jwks: { keys: [entity.publicJwk] },
        metadata: { openid_provider: { ...endpointsOf(issuer), signed_jwks_uri: `${issuer}/signed-jwks` } },
        ...change,
      })
        .setProtectedHeader({ alg: 'RS256', typ: 'entity-statement+jwt', kid: entity.kid })
        .sign(entity.privateKey),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return broker;
}

function endpointsOf(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    pushed_authorization_request_endpoint: `${issuer}/par`,
  };
}

/** The parameters of a request, however it came. */
export function requested(pushed: SmallBroker['pushed'], url: URL): Record<string, unknown> {
  const parameters = pushed.get(url.searchParams.get('request_uri') ?? '') ?? url.searchParams;
  const signed = parameters.get('request');
  return signed ? decodeJwt(signed) : Object.fromEntries(parameters);
}

type Answer = { status?: number; body: string; type?: string };

async function answer(broker: SmallBroker, codes: Map<string, string>, request: IncomingMessage): Promise<Answer> {
  const { now, issuer, pushed } = broker;
  const path = new URL(request.url ?? '/', issuer).pathname;
  const body = new URLSearchParams(await bodyOf(request));
  const instead = now.instead[path];
  if (instead) return instead;
  switch (path) {
    case '/.well-known/openid-configuration':
      return { body: JSON.stringify({ ...endpointsOf(issuer), jwks_uri: `${issuer}/jwks`, ...now.metadata }) };
    case '/jwks':
      return { body: JSON.stringify({ keys: now.published.map(({ publicJwk }) => publicJwk) }) };
    case '/signed-jwks':
      return { body: await now.signedJwks(broker), type: 'application/jwk-set+jwt' };
    case '/par': {
      const uri = `urn:ietf:params:oauth:request_uri:${pushed.size}`;
      pushed.set(uri, body);
      return { status: 201, body: JSON.stringify({ request_uri: uri, expires_in: 60 }) };
    }
    case '/token': {
      const nonce = codes.get(body.get('code') ?? '');
      if (nonce === undefined) return { status: 400, body: '{"error":"invalid_grant"}' };
      const id_token = await sealed(now, { ...standard(issuer), acr: loa2, ...person, nonce, ...now.idTokenClaims });
      return { body: JSON.stringify({ access_token: 'at', token_type: 'Bearer', expires_in: 60, id_token }) };
    }
    case '/userinfo': {
      if (request.headers.authorization !== 'Bearer at') return { status: 401, body: '{}' };
      const claims = { iss: issuer, aud: 'avain', sub: 'somebody', ...now.userInfoClaims };
      return { body: await sealed(now, claims), type: 'application/jwt' };
    }
    default:
      return { status: 404, body: '{}' };
  }
}

function standard(issuer: string) {
  const seconds = Math.floor(Date.now() / 1000);
  return { iss: issuer, aud: 'avain', sub: 'somebody', iat: seconds, exp: seconds + 600, auth_time: seconds };
}

async function sealed({ signing, jwe }: Behaviour, claims: Record<string, unknown>): Promise<string> {
  const defined = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  const { alg, kid } = signing;
  const jws = await new SignJWT(defined).setProtectedHeader({ alg, kid }).sign(signing.privateKey);
  if (!jwe) return jws;
  const header = { alg: jwe.alg, enc: jwe.enc, ...(jwe.kid === undefined ? {} : { kid: jwe.kid }) };
  return new CompactEncrypt(new TextEncoder().encode(jws)).setProtectedHeader(header).encrypt(jwe.key);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

export type ConnectInput = Readonly<{ keys: PrivateJwks; config?: object; statement?: string; clock?: Clock }>;

/** The connector facing a small broker; with `statement` its keys are pinned as a configuration with that file would. */
export async function connectTo(broker: SmallBroker, input: ConnectInput): Promise<Connector> {
  const file = input.statement === undefined ? {} : { entityStatement: { file: 'statement.jwt' } };
  const config = brokerConfigSchema('development').parse({
    issuer: broker.issuer,
    clientId: 'avain',
    allowArtificialCodes: true,
    ...file,
    ...input.config,
  });
  const pinned =
    input.statement === undefined
      ? undefined
      : await readEntityStatement(Buffer.from(input.statement), { now: Date.now(), sha256: undefined });
  if (pinned && !pinned.ok) throw new Error(pinned.found);
  return createOidcBroker({
    id: 'small',
    config: pinned ? { ...config, pinned: pinned.statement } : config,
    redirectUri,
    keys: input.keys,
    parseHetu,
    clock: input.clock ?? { now: () => Date.now() },
    random: { bytes: randomBytes },
  });
}

/** One whole exchange. */
export async function identifyAt(broker: SmallBroker, connector: Connector) {
  const started = await connector.start({ method: 'bank', locale: 'fi', serviceName: 'Oima' });
  if (started.outcome !== 'started') return started;
  return connector.finish({ callbackUrl: broker.authorize(started.url), exchange: started.exchange });
}
