/** A client that does not take a back-channel logout at once: nobody waits for it, and it is told all the same. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { countIn } from '../faults/at-once.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, signInWithPassword } from '../support/stories.ts';
import { createVisitor } from '../support/visitor.ts';

let world: World;
let portal: Server;
/** What the portal has been sent, and how it answers: first not at all, then wrongly, then as it should. */
const tokens: string[] = [];
const silent: ServerResponse[] = [];
const answers = ['none', 500, 200] as const;

beforeAll(async () => {
  world = await startWorld();
  portal = createServer(async (request, response) => {
    const answer = answers[tokens.length] ?? 200;
    tokens.push(new URLSearchParams(await text(request)).get('logout_token') ?? '');
    if (answer === 'none') silent.push(response);
    else response.writeHead(answer).end();
  });
  await new Promise<void>((resolve) => portal.listen(world.addresses.oima.port, resolve));
});
afterAll(async () => {
  for (const response of silent) response.destroy();
  portal.closeAllConnections();
  portal.close();
  await world.stop();
});

const waiting = () => countIn(world.dataDir, 'avain.db', 'SELECT count(*) FROM logouts');

async function until(holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (holds()) return;
    await sleep(100);
  }
  throw new Error(`still waiting; the portal was asked ${tokens.length} times`);
}

test('the sign-out page comes at once; the portal is asked until it answers, also by the Avain after a crash', async () => {
  const { origin } = world.addresses.oima;
  const visitor = createVisitor();
  visitor.unvisited.add(origin);
  const request = authorization(world, { client_id: 'oima', redirect_uri: `${origin}/callback` });
  const end = await signInWithPassword(visitor, await visitor.get(request.url), 'aino@oma.example');
  expect(end.url.searchParams.get('code')).toBeTruthy();
  const question = await visitor.get(new URL('/session/end', world.issuer));
  const startedAt = performance.now();
  const done = await visitor.submit(question, { logout: 'yes' });
  // The library would have waited 2.5 s.
  expect([done.status, performance.now() - startedAt < 2_000]).toEqual([200, true]);
  await until(() => tokens.length === 1);
  expect(waiting()).toBe(1);
  // Killed while the portal still says nothing; past the lease, another one goes on.
  await world.restartAvain({ signal: 'SIGKILL', shiftMs: 31_000 });
  await until(() => tokens.length >= 3 && waiting() === 0);
  const claims = tokens.map((token) => decodeJwt(token));
  expect(new Set(claims.map(({ jti }) => jti)).size).toBe(tokens.length);
  expect(new Set(claims.map(({ sid, sub }) => `${sid} ${sub}`)).size).toBe(1);
  for (const { exp = 0, iat = 0, aud } of claims) expect([aud, exp - iat <= 120]).toEqual(['oima', true]);
});
