import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, climb, noListener, redeem, signUp, stepOf } from '../support/stories.ts';
import { createVisitor } from '../support/visitor.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

test('a new user signs up, identifies, links, accepts, is greeted and the client gets tokens that say so', async () => {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  const request = authorization(world);
  const strongAuth = await signUp(world, visitor, request.url, 'uusi@oma.example');
  expect(stepOf(strongAuth)).toBe('strong-auth');
  const end = await climb(visitor, strongAuth, '010190-999W');
  expect(end.url.origin).toBe(noListener);
  expect(end.url.searchParams.get('iss')).toBe(world.issuer);
  const tokens = (await (await redeem(world, request, end.url)).json()) as { id_token: string; access_token: string };
  const [, payload = ''] = tokens.id_token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  expect(claims).toMatchObject({
    acr: 'http://ftn.ficora.fi/2017/loatest2',
    amr: ['pwd', 'ftn_bank', 'mfa'],
    aud: 'test-web',
  });
});
