/**
 * `npm run bench -- endpoints`: what each endpoint of the protocol answers a second, Avain on its durable storage beside
 * bare oidc-provider in its memory, in turns. Requests that are good once (codes, DPoP proofs) are made before the clock
 * starts, so all are: as many as `--requests` says, over ten kept connections.
 */
import { createHash, randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Pool } from 'undici';
import { median } from './median.ts';
import type { Server } from './server.ts';
import { cheaperHash, type Subjects, startSubjects } from './subjects.ts';
import { authorizationPath, basicAuth, createVisitor, redirectUri, type Tokens } from './visitor.ts';

const connections = 10;
const formType = 'application/x-www-form-urlencoded';

type Asked = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};
/** Somebody signed in at a server, and a key for DPoP. */
type Guest = {
  readonly origin: string;
  readonly cookie: string;
  readonly tokens: Tokens;
  readonly basic: string;
  /** A new proof for one request. */
  proof(method: string, path: string, token?: string): Promise<string>;
};
type Make = (guest: Guest) => Promise<Asked>;

const get = async (path: string, headers: Record<string, string> = {}): Promise<Asked> => ({
  method: 'GET',
  path,
  headers,
});

const post = ({ basic }: Guest, path: string, fields: Record<string, string>, headers = {}): Asked => ({
  method: 'POST',
  path,
  headers: { 'content-type': formType, authorization: basic, ...headers },
  body: new URLSearchParams(fields).toString(),
});

const silentPath = (verifier: string) => `${authorizationPath(verifier)}&prompt=none`;

/** A code of the session at hand, and the form that redeems it. */
async function codeForm({ origin, cookie }: Guest): Promise<Record<string, string>> {
  const verifier = randomBytes(32).toString('base64url');
  const answer = await fetch(`${origin}${silentPath(verifier)}`, { headers: { cookie }, redirect: 'manual' });
  const code = new URL(answer.headers.get('location') ?? '', origin).searchParams.get('code');
  if (code === null) throw new Error(`no code without a page: ${answer.status} ${answer.headers.get('location')}`);
  return { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
}

const pushedFields = (): Record<string, string> =>
  Object.fromEntries(new URL(authorizationPath('v'), 'http://localhost').searchParams);

const dPoPBound = new WeakMap<Guest, string>();

/** An access token bound to the guest's key, the same for all requests. */
async function boundToken(guest: Guest): Promise<string> {
  const known = dPoPBound.get(guest);
  if (known !== undefined) return known;
  const { headers, body = '' } = post(guest, '/token', await codeForm(guest), {
    dpop: await guest.proof('POST', '/token'),
  });
  const answer = await fetch(`${guest.origin}/token`, { method: 'POST', headers, body });
  const { access_token: token } = (await answer.json()) as Tokens;
  dPoPBound.set(guest, token);
  return token;
}

async function machineToken(guest: Guest): Promise<string> {
  const { headers, body = '' } = post(guest, '/token', { grant_type: 'client_credentials' });
  const answer = await fetch(`${guest.origin}/token`, { method: 'POST', headers, body });
  return ((await answer.json()) as Tokens).access_token;
}

const endpoints: Readonly<Record<string, Make>> = {
  discovery: () => get('/.well-known/openid-configuration'),
  jwks: () => get('/jwks'),
  'authorization, silent': ({ cookie }) => get(silentPath(randomBytes(32).toString('base64url')), { cookie }),
  'pushed request': async (guest) => post(guest, '/request', pushedFields()),
  'token: code': async (guest) => post(guest, '/token', await codeForm(guest)),
  'token: code, DPoP': async (guest) =>
    post(guest, '/token', await codeForm(guest), { dpop: await guest.proof('POST', '/token') }),
  'token: refresh': async (guest) =>
    post(guest, '/token', { grant_type: 'refresh_token', refresh_token: guest.tokens.refresh_token }),
  'token: client credentials': async (guest) => post(guest, '/token', { grant_type: 'client_credentials' }),
  'token: client credentials, DPoP': async (guest) =>
    post(guest, '/token', { grant_type: 'client_credentials' }, { dpop: await guest.proof('POST', '/token') }),
  userinfo: ({ tokens }) => get('/me', { authorization: `Bearer ${tokens.access_token}` }),
  'userinfo, DPoP': async (guest) => {
    const token = await boundToken(guest);
    return get('/me', { authorization: `DPoP ${token}`, dpop: await guest.proof('GET', '/me', token) });
  },
  introspection: async (guest) => post(guest, '/token/introspection', { token: guest.tokens.access_token }),
  // Each of a token of its own, so that there is something to end.
  revocation: async (guest) => post(guest, '/token/revocation', { token: await machineToken(guest) }),
  'device authorization': async (guest) => post(guest, '/device/auth', { scope: 'openid email' }),
  'end session: the question': ({ cookie }) => get('/session/end?client_id=bench-web', { cookie }),
};

async function guestAt({ origin }: Server, { clientSecret, emails }: Subjects): Promise<Guest> {
  const target = { origin, clientSecret };
  const visitor = createVisitor(target);
  const { tokens, cookie } = await visitor.session(String(emails[0]));
  await visitor.close();
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) };
  const proof: Guest['proof'] = (htm, path, token) => {
    const ath = token === undefined ? {} : { ath: createHash('sha256').update(token).digest('base64url') };
    const claims = { htm, htu: `${origin}${path}`, jti: randomBytes(12).toString('base64url'), ...ath };
    return new SignJWT(claims).setIssuedAt().setProtectedHeader(header).sign(privateKey);
  };
  return { origin, cookie, tokens, basic: basicAuth(target), proof };
}

/** Answers a second. @throws Error at the first refusal: a bench of errors would be a fast one. */
async function rateOf(server: Server, subjects: Subjects, make: Make, count: number): Promise<number> {
  const guest = await guestAt(server, subjects);
  const asked: Asked[] = [];
  for (let at = 0; at < count; at += 1) asked.push(await make(guest));
  const pool = new Pool(server.origin, { connections });
  const startedAt = performance.now();
  await Promise.all(
    asked.map(async ({ method, path, headers, body = null }) => {
      const answer = await pool.request({ method, path, headers, body });
      const text = await answer.body.text();
      const refused = answer.statusCode >= 400 || String(answer.headers['location']).includes('error=');
      if (refused) throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 300)}`);
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  await pool.close();
  return count / seconds;
}

/** Prints the table of docs/figures.md. */
export async function measureEndpoints(rounds: number, count: number): Promise<void> {
  const subjects = await startSubjects(cheaperHash);
  try {
    console.log('| endpoint, answers per second | Avain | bare | ratio |\n|---|---|---|---|');
    for (const [name, make] of Object.entries(endpoints)) {
      const rates: [number[], number[]] = [[], []];
      // The first round warms both up.
      for (let round = 0; round <= rounds; round += 1) {
        for (const [side, server] of [subjects.avain, subjects.bare].entries()) {
          const rate = await rateOf(server, subjects, make, count);
          if (round > 0) rates[side]?.push(rate);
        }
      }
      const [own, bare] = [median(rates[0]), median(rates[1])];
      console.log(`| ${name} | ${Math.round(own)} | ${Math.round(bare)} | ${(own / bare).toFixed(2)} |`);
    }
  } finally {
    await subjects.stop();
  }
}
