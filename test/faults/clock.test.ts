/**
 * The clock of the machine is set while people sign in: an hour ahead, back again, 400 days ahead, back. Nothing that has run
 * out is accepted, nobody is locked out for good, and the node says what happened (F11).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/start-world.ts';
import {
  type Authorization,
  authorization,
  goodPassword,
  linkMailedTo,
  noListener,
  redeem,
  signInWithPassword,
  stepOf,
} from '../support/stories.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const offline = { client_id: 'test-public', scope: 'openid email offline_access' };
const aino = 'aino@oma.example';
const folder = mkdtempSync(join(tmpdir(), 'avain-clock-'));
let world: World;
beforeAll(async () => {
  world = await startWorld({ imports: ['jump-clock.mjs'], env: { TEST_CLOCK_FILE: join(folder, 'shift') } });
});
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Sets the clock so far from the right time, and waits until every program has noticed and the node has looked. */
async function setClock(shiftMs: number): Promise<void> {
  writeFileSync(join(folder, 'shift'), String(shiftMs));
  await sleep(1_500);
}

async function readiness(): Promise<unknown> {
  const answer = await fetch(`${world.issuer}/health/ready`);
  return answer.status === 200 ? 'ready' : ((await answer.json()) as { reasons: unknown }).reasons;
}

const jumpsTold = (): number => world.output().split('the clock has jumped').length - 1;

function newVisitor(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

async function begin(visitor: Visitor, params: Record<string, string> = {}): Promise<[Authorization, Answer]> {
  const request = authorization(world, { ...offline, ...params });
  return [request, await visitor.get(request.url)];
}

/** Up to the client's callback, whose code is not redeemed. */
async function signIn(visitor: Visitor): Promise<readonly [Authorization, Answer]> {
  const [request, page] = await begin(visitor, { prompt: 'login' });
  const end = await signInWithPassword(visitor, page, aino, goodPassword);
  expect([end.url.origin, stepOf(end)]).toEqual([noListener, 'public-callback']);
  return [request, end];
}

type Tokens = { readonly access_token: string; readonly refresh_token: string };

async function tokens([request, end]: readonly [Authorization, Answer]): Promise<Tokens> {
  const answer = await redeem(world, request, end.url);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Tokens;
}

const userinfo = async ({ access_token }: Tokens): Promise<number> =>
  (await fetch(`${world.issuer}/me`, { headers: { authorization: `Bearer ${access_token}` } })).status;

const refresh = (token: string): Promise<Response> =>
  fetch(`${world.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'test-public', refresh_token: token }),
  });

/** Whether the password page is passed, by somebody of whom nothing is known; the wait that it names otherwise. */
async function strangerTries(password: string): Promise<Answer> {
  const visitor = newVisitor();
  const [, page] = await begin(visitor);
  return signInWithPassword(visitor, page, aino, password);
}

async function resetLink(): Promise<string> {
  const visitor = newVisitor();
  const [, page] = await begin(visitor);
  const password = await visitor.submit(page, { email: aino });
  const forgot = await visitor.get(
    new URL(password.url.pathname.replace(/password$/, 'forgot-password'), password.url),
  );
  await visitor.submit(forgot, { email: aino });
  return linkMailedTo(world, aino, 'reset');
}

test('an hour ahead: what has run out is refused, what has not works, and nobody waits', async () => {
  const visitor = newVisitor();
  const given = await tokens(await signIn(visitor));
  const unredeemed = await signIn(visitor);
  const link = await resetLink();
  expect(await userinfo(given)).toBe(200);
  for (let wrong = 0; wrong < 5; wrong += 1) await strangerTries('Väärä#2024');
  expect((await strangerTries(goodPassword)).status).toBe(429);

  await setClock(hourMs + 60_000);
  expect(await readiness()).toBe('ready');
  expect(jumpsTold()).toBe(1);
  expect((await redeem(world, unredeemed[0], unredeemed[1].url)).status).toBe(400);
  expect(await userinfo(given)).toBe(401);
  const [, silent] = await begin(visitor, { prompt: 'none' });
  expect(silent.url.searchParams.get('error')).toBe('login_required');
  expect((await newVisitor().get(link)).status).toBe(410);
  expect((await refresh(given.refresh_token)).status).toBe(200);
  expect((await strangerTries(goodPassword)).url.origin).toBe(noListener);
});

test('set back by that: no balancer sends anybody here until the time is where it was', async () => {
  await setClock(0);
  expect(await readiness()).toEqual(['clock-set-back']);
  expect(jumpsTold()).toBe(2);
  expect((await fetch(`${world.issuer}/jwks`)).status).toBe(200);
  await setClock(hourMs + 120_000);
  expect(await readiness()).toBe('ready');
});

test('400 days ahead and back, with a restart: no delay counted meanwhile holds anybody up', async () => {
  await setClock(400 * dayMs);
  expect(await readiness()).toBe('ready');
  for (let wrong = 0; wrong < 5; wrong += 1) await strangerTries('Väärä#2024');
  expect((await strangerTries(goodPassword)).status).toBe(429);
  await setClock(hourMs + 180_000);
  expect(await readiness()).toEqual(['clock-set-back']);
  // The clock is right now: docs/incident.md says to start anew.
  await world.restartAvain();
  expect(await readiness()).toBe('ready');
  expect((await strangerTries(goodPassword)).url.origin).toBe(noListener);
  const visitor = newVisitor();
  expect(await userinfo(await tokens(await signIn(visitor)))).toBe(200);
});
