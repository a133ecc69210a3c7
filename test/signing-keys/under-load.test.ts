/**
 * Signing keys take turns while people sign in and services refresh (security F19): every state of a key within seconds,
 * verifiers that fetch /jwks no sooner than its Cache-Control says, and in the end an incident. The service as it is
 * shipped; only the numbers of the schedule are small.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import * as client from 'openid-client';
import { type KeyedClients, keyedClients } from '../support/keyed-clients.ts';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, noListener, signInWithPassword } from '../support/stories.ts';
import { errorOf } from '../support/tokens.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';
import { type StrictVerifier, strictVerifier } from './strict-verifier.ts';

const root = join(import.meta.dirname, '../..');
const algs = ['ES256', 'RS256', 'PS256'] as const;
const idTokenSeconds = 5;
const schedule = `
signingKeys: {rotateSeconds: 9, publishSeconds: 4, retireSeconds: 5, jwksCacheSeconds: 2}
lives: {idTokenSeconds: ${idTokenSeconds}}
`;

let config: OwnConfig;
let clients: KeyedClients;
let world: World;
beforeAll(async () => {
  config = await ownConfig((yaml) => `${yaml}${schedule}`);
  const file = (alg: string) => ({ offlineAccess: true, tokens: { idTokenAlg: alg }, userinfo: { signedAlg: alg } });
  clients = await keyedClients(Object.fromEntries(algs.map((alg) => [nameOf(alg), file(alg)])));
  world = await startWorld({ env: { ...config.env, AVAIN_CLIENTS_DIR: clients.dir } });
});
afterAll(async () => {
  await world?.stop();
  await Promise.all([clients?.remove(), config?.remove()]);
});

const nameOf = (alg: string): string => `test-${alg.toLowerCase()}`;

/** A person who is signed in, and a service that goes on for them. */
type Session = {
  readonly visitor: Visitor;
  readonly party: client.Configuration;
  readonly refresh: string;
  readonly idToken: string;
};

async function begin(alg: string): Promise<Session> {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  const party = await client.discovery(new URL(world.issuer), nameOf(alg), {}, client.PrivateKeyJwt(clients.key), {
    execute: [client.allowInsecureRequests],
  });
  const request = authorization(world, { client_id: nameOf(alg), scope: 'openid email offline_access' });
  const end = await signInWithPassword(visitor, await visitor.get(request.url), 'aino@oma.example');
  const tokens = await redeemed(party, request, end);
  return { visitor, party, refresh: tokens.refresh_token ?? '', idToken: tokens.id_token ?? '' };
}

const redeemed = (party: client.Configuration, request: ReturnType<typeof authorization>, end: Answer) =>
  client.authorizationCodeGrant(party, end.url, {
    expectedState: request.url.searchParams.get('state') ?? '',
    expectedNonce: request.url.searchParams.get('nonce') ?? '',
    pkceCodeVerifier: request.verifier,
    idTokenExpected: true,
  });

/** Looks at it at once, and once more when it has almost run out. */
async function judge(verifier: StrictVerifier, jwt: string | undefined, waiting: Promise<void>[]): Promise<void> {
  if (jwt === undefined) throw new Error('nothing was signed');
  await verifier.verify(jwt);
  waiting.push(sleep((idTokenSeconds - 1) * 1000).then(() => verifier.verify(jwt)));
}

/** Refreshes, asks for signed claims, and signs in once more without a page, until it is told to stop. */
async function busy({ party, refresh, visitor }: Session, alg: string, verifier: StrictVerifier, going: () => boolean) {
  const waiting: Promise<void>[] = [];
  const isSeldom = (turn: number) => turn % 5 === 0;
  for (let turn = 0; going(); turn += 1) {
    const tokens = await client.refreshTokenGrant(party, refresh);
    await judge(verifier, tokens.id_token, waiting);
    if (isSeldom(turn)) {
      const told = await fetch(`${world.issuer}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
      await verifier.verify(await told.text());
      const request = authorization(world, { client_id: nameOf(alg), prompt: 'none', scope: 'openid email' });
      await judge(verifier, (await redeemed(party, request, await visitor.get(request.url))).id_token, waiting);
    }
    await sleep(40);
  }
  await Promise.all(waiting);
}

async function avain(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, ['bin/avain.mjs', ...args], {
    cwd: root,
    env: { ...process.env, ...world.env },
  });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk));
  const [status] = await once(child, 'close');
  const told = Buffer.concat(printed).toString();
  expect([status, told]).toEqual([0, told]);
  return told;
}

type Listed = { readonly kid: string; readonly alg: string; readonly state: string };
const listed = async () => (JSON.parse(await avain('keys', 'list', '--json')) as { signingKeys: Listed[] }).signingKeys;

/** Silently, with an old ID token as the hint of whom it is about. */
async function hinted({ visitor, idToken }: Session, alg: string): Promise<string | null> {
  const { url } = authorization(world, { client_id: nameOf(alg), prompt: 'none', scope: 'openid email' });
  url.searchParams.set('id_token_hint', idToken);
  return errorOf(await visitor.get(url));
}

test('every state of a key under load: no verification fails; a revoked key is gone within 5 seconds', async () => {
  const sessions = await Promise.all(algs.map(begin));
  const first = sessions.map(({ idToken }) => decodeProtectedHeader(idToken).kid);
  const verifier = strictVerifier(world.issuer);
  let going = true;
  const load = sessions.map((session, n) => busy(session, algs[n] ?? '', verifier, () => going));
  let keys: Listed[] = [];
  const stateOf = (kid: string | undefined) => keys.find((key) => key.kid === kid)?.state;
  for (let tries = 0; tries < 20 && !first.every((kid) => stateOf(kid) === 'retired'); tries += 1) {
    await sleep(2_000);
    keys = await listed();
  }
  expect(first.map(stateOf)).toEqual(algs.map(() => 'retired'));
  going = false;
  await Promise.all(load);
  expect(verifier.failures).toEqual([]);
  const counts = [...verifier.seen.values()];
  const total = counts.reduce((sum, count) => sum + count, 0);
  process.stderr.write(`rotation under load: ${total} verifications by ${counts.length} keys, 0 failed\n`);
  // By the first keys, and by those that came after them.
  expect(verifier.seen.size).toBeGreaterThanOrEqual(2 * algs.length);
  expect(await Promise.all(sessions.map((session, n) => hinted(session, algs[n] ?? '')))).toEqual([null, null, null]);

  const [session] = [await begin('ES256')];
  const kid = decodeProtectedHeader(session.idToken).kid ?? '';
  expect(await hinted(session, 'ES256')).toBeNull();
  const told = await avain('keys', 'revoke', kid, '--by', 'Maija Tuki', '--reason', 'tiketti 1');
  const seconds = Number(/1 of 1 nodes serve with these keys, after ([\d.]+) s/.exec(told)?.[1]);
  process.stderr.write(`revoked: refused by the node after ${seconds} s\n`);
  expect(seconds).toBeLessThan(5);
  expect(await hinted(session, 'ES256')).not.toBeNull();
  const { keys: published } = (await (await fetch(`${world.issuer}/jwks`)).json()) as { keys: { kid: string }[] };
  expect(published.map((key) => key.kid)).not.toContain(kid);
  const next = await begin('ES256');
  expect(decodeProtectedHeader(next.idToken).kid).not.toBe(kid);
  await strictVerifier(world.issuer).verify(next.idToken);
}, 120_000);
