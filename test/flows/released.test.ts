/** What is told of a person, and to whom: by what the client's file allows, and never more for asking claim by claim. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as client from 'openid-client';
import { auditOf, storedAccount } from '../support/inside.ts';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { becomeUser, newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, noListener, signInWithPassword } from '../support/stories.ts';
import { relyingParty, tokensOf } from '../support/tokens.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

const aino = 'aino@oma.example';
const ainosCode = '131189Y902A';

const clientFile = (rules: string) => `
name: Testi tieto
party: first
type: confidential
demo: true
redirectUris: ['${noListener}/callback']
startUrl: ${noListener}/start
terms: oima
${rules}
`;
const clients = {
  authority: "scopes: [openid, national_id]\nnationalId: { release: true, legalBasis: 'Tietosuojalaki 29 §' }",
  grown: 'scopes: [openid, age_over_18]',
  birth: 'scopes: [openid, birthdate]',
};

let world: World;
let config: OwnConfig;
beforeAll(async () => {
  config = await ownConfig();
  for (const [id, rules] of Object.entries(clients))
    await writeFile(join(config.dir, 'clients', `${id}.yaml`), clientFile(rules));
  world = await startWorld({ env: config.env });
});
afterAll(async () => {
  await world.stop();
  await config.remove();
});

function browser(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

/** ID token's claims and userinfo, as openid-client takes them. */
async function toldTo(id: string, params: Record<string, string>, email = aino) {
  const visitor = browser();
  const request = authorization(world, { client_id: id, ...params });
  const page = await signInWithPassword(visitor, await visitor.get(request.url), email);
  const tokens = await tokensOf(world, request, page);
  const sub = storedAccount(world, email)?.id ?? '';
  return {
    token: tokens.claims(),
    userinfo: await client.fetchUserInfo(await relyingParty(world, id), tokens.access_token, sub),
  };
}

test('the national identity code goes to a client with a recorded legal basis, and each release is recorded', async () => {
  const before = auditOf(world, aino).filter((event) => event === 'national-id.released').length;
  const { token, userinfo } = await toldTo('authority', { scope: 'openid national_id' });
  expect(userinfo).toMatchObject({ national_id: ainosCode });
  // Not in the ID token, which travels farther; and no name or birth date that this client may not have.
  expect(token).not.toHaveProperty('national_id');
  for (const hidden of ['name', 'birthdate', 'age_over_18', 'email']) expect(userinfo).not.toHaveProperty(hidden);
  expect(auditOf(world, aino).filter((event) => event === 'national-id.released')).toHaveLength(before + 1);
});

test('without one it is not told, whether it is asked for by name or along with all else', async () => {
  const claims = JSON.stringify({
    userinfo: { national_id: { essential: true }, birthdate: null, age_over_18: null },
    id_token: { national_id: { essential: true } },
  });
  const before = auditOf(world, aino).filter((event) => event === 'national-id.released').length;
  const { token, userinfo } = await toldTo('test-web', { claims });
  for (const hidden of ['national_id', 'birthdate', 'age_over_18']) {
    expect(token).not.toHaveProperty(hidden);
    expect(userinfo).not.toHaveProperty(hidden);
  }
  expect(auditOf(world, aino).filter((event) => event === 'national-id.released')).toHaveLength(before);
});

test('who only needs to know whether somebody is of age is not told the birth date', async () => {
  const { userinfo } = await toldTo('grown', { scope: 'openid age_over_18' });
  expect(userinfo).toMatchObject({ age_over_18: true });
  expect(userinfo).not.toHaveProperty('birthdate');
  const { userinfo: other } = await toldTo('birth', { scope: 'openid birthdate' });
  expect(other).toMatchObject({ birthdate: '1989-11-13' });
  expect(other).not.toHaveProperty('age_over_18');
});

test('a child of thirteen is not of age', async () => {
  const date = `0101${String((new Date().getUTCFullYear() - 13) % 100).padStart(2, '0')}`;
  const check = '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(`${date}951`) % 31];
  const child = { ...newPerson('lapsi'), identityCode: `${date}A951${check}` };
  await becomeUser(world, browser(), authorization(world).url, child);
  const { userinfo } = await toldTo('grown', { scope: 'openid age_over_18' }, child.email);
  expect(userinfo).toMatchObject({ age_over_18: false });
});

test('a sign-in by e-mail carries no level of the trust network, in the token or at introspection', async () => {
  const { token, userinfo } = await toldTo('test-web', {});
  expect(token).toMatchObject({ acr: 'urn:avain:acr:email', amr: ['pwd'] });
  expect(token).not.toHaveProperty('identified_at');
  expect(JSON.stringify([token, userinfo])).not.toContain('ftn');
});
