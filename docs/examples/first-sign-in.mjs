// A service that people sign in to with Avain: node first-sign-in.mjs, then open http://localhost:3700/
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import * as client from 'openid-client';

const { ISSUER = 'http://localhost:3000', PORT = '3700', SECRET_FILE = 'data/secrets/client-first' } = process.env;
const home = `http://localhost:${PORT}/`;
const callback = new URL('callback', home).href;
const secret = readFileSync(SECRET_FILE, 'utf8').trim();

// Reads every address of Avain from its discovery document. The last option allows http: on this machine only.
const avain = await client.discovery(new URL(ISSUER), 'first', undefined, client.ClientSecretBasic(secret), {
  execute: [client.allowInsecureRequests],
});

/** By the value of a random cookie. Your service has a store of its own for this. */
const sessions = new Map();

/** A new session: also at the end of a sign-in, so that nobody can hand somebody else a cookie beforehand. */
function begin(response, session = {}) {
  const id = randomBytes(32).toString('base64url');
  sessions.set(id, session);
  response.setHeader('set-cookie', `first=${id}; HttpOnly; SameSite=Lax; Path=/`);
  return session;
}

function sessionOf(request) {
  const id = /(?:^|; )first=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
  return sessions.get(id) ?? null;
}

/** To Avain. What is remembered here is compared with the answer: state, nonce and the PKCE verifier. */
async function signIn(response, session, more = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  begin(response, { ...session, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } });
  const url = client.buildAuthorizationUrl(avain, {
    redirect_uri: callback,
    scope: 'openid email profile',
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...more,
  });
  redirect(response, url);
}

/** Back from Avain, with a code or with an error. */
async function comeBack(request, response) {
  const { checks } = sessionOf(request) ?? {};
  // Loaded twice, or in another browser: there is nothing to compare with.
  if (!checks) return redirect(response, home);
  const tokens = await client.authorizationCodeGrant(avain, new URL(request.url, home), checks);
  begin(response, await known(tokens));
  redirect(response, home);
}

/** The person by `sub`, never by the address, which they may change. */
async function known(tokens, before = {}) {
  const { sub, acr } = tokens.claims() ?? before.user;
  const userinfo = await client.fetchUserInfo(avain, tokens.access_token, sub);
  const { id_token: idToken = before.idToken, refresh_token: refreshToken = before.refreshToken } = tokens;
  return { user: { acr, ...userinfo }, idToken, refreshToken };
}

/** The same person's data anew, without the person. */
async function refresh(session, response) {
  Object.assign(session, await known(await client.refreshTokenGrant(avain, session.refreshToken), session));
  redirect(response, home);
}

/** Out of this service, and then of Avain. */
function signOut(request, response, { idToken }) {
  sessions.delete(/first=([\w-]+)/.exec(request.headers.cookie)?.[1]);
  redirect(response, client.buildEndSessionUrl(avain, { id_token_hint: idToken, post_logout_redirect_uri: home }));
}

function redirect(response, url) {
  response.writeHead(303, { location: String(url) }).end();
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const button = (action) => `<form method="post" action="/${action}"><button>${action}</button></form>`;

function show(response, session) {
  const person = escaped(JSON.stringify(session?.user ?? null, null, 2));
  const actions = session?.user ? ['strong', 'refresh', 'sign-out'] : ['sign-in'];
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><title>First</title><main><pre>${person}</pre>${actions.map(button).join('')}</main>`);
}

async function answer(request, response) {
  const session = sessionOf(request);
  const asked = `${request.method} ${new URL(request.url, home).pathname}`;
  if (asked === 'GET /callback') return comeBack(request, response);
  // Also where Avain sends people who must start again: the client's startUrl.
  if (asked === 'POST /sign-in' || asked === 'GET /sign-in') return signIn(response, session);
  // Whatever you protect with this must look at `acr` in the answer; asking is not enough.
  if (asked === 'POST /strong') return signIn(response, session, { acr_values: 'http://ftn.ficora.fi/2017/loatest2' });
  if (asked === 'POST /refresh' && session?.refreshToken) return refresh(session, response);
  if (asked === 'POST /sign-out' && session?.idToken) return signOut(request, response, session);
  return show(response, session);
}

createServer((request, response) => {
  answer(request, response).catch((error) => {
    // `access_denied`: the person said no. Others mean that something is set up wrongly; the cause says what.
    console.error(error.error ?? error.code, error.error_description ?? error.cause ?? error.message);
    response.writeHead(400).end(`Nobody was signed in (${error.error ?? error.code}). Go back and try again.\n`);
  });
}).listen(Number(PORT), () => console.log(`Open ${home}`));
