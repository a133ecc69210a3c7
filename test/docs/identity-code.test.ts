/** The rotations of identity-code.md and keys.md, command by command, while Avain runs and people sign in. */
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { personas } from '../../src/demo/personas.ts';
import { runAvain } from '../cli/avain.ts';
import { keyIds } from '../keys/installation.ts';
import { ended } from '../support/programs.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, identify, noListener, signInWithPassword, signUp, stepOf } from '../support/stories.ts';
import { errorOf } from '../support/tokens.ts';
import { createVisitor } from '../support/visitor.ts';
import { block, root } from './pages.ts';

const identityCode = 'docs/identity-code.md';
const keysPage = 'docs/keys.md';
const dayMs = 86_400_000;

let world: World;
let secrets: string;
beforeAll(async () => {
  world = await startWorld();
  secrets = join(world.dataDir, 'secrets');
});
afterAll(() => world.stop());

/** What the commands of a block print. Throws when one of them fails. */
function run(opening: string, ids: Readonly<Record<string, string>> = {}, page = identityCode): string {
  const commands = block(page, opening).replaceAll(/\b(OLD|NEW|KID)\b/g, (word) => ids[word] ?? word);
  return runLine(commands);
}

function runLine(commands: string): string {
  const env = { ...world.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };
  return execFileSync('sh', ['-ec', commands], { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Aino is known by her code: nobody else gets it, and she still can use it. */
async function expectAinoKnown(email: string): Promise<void> {
  const aino = personas.find(({ key }) => key === 'aino');
  if (!aino) throw new Error('no Aino');
  const walk = { person: aino.identityCode, name: aino.name };
  const stranger = createVisitor();
  stranger.unvisited.add(noListener);
  const strongAuth = await signUp(world, stranger, authorization(world).url, email);
  const page = await identify(stranger, strongAuth, walk);
  expect(page.text).toContain('on jo linkitetty');
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  const demanding = authorization(world, { acr_values: 'http://ftn.ficora.fi/2017/loatest2' });
  const asked = await signInWithPassword(visitor, await visitor.get(demanding.url), aino.email, aino.password);
  expect(stepOf(asked)).toBe('strong-auth');
  const back = await identify(visitor, asked, walk);
  expect(back.url.origin).toBe(noListener);
  expect(back.url.searchParams.get('code')).toBeTruthy();
}

test('the index key', async () => {
  const [old = ''] = await keyIds(secrets, 'index');
  const told = run('sh index', { OLD: old });
  expect(told).toContain(`index   ${old}  complete`);
  expect(await keyIds(secrets, 'index')).toEqual([expect.not.stringContaining(old)]);
  await expectAinoKnown('eka.vieras@oma.example');
  run('sh index-end');
  await expectAinoKnown('toka.vieras@oma.example');
}, 120_000);

test('the master key, whose old one goes a week later; a restart between finds all it needs', async () => {
  const [old = ''] = await keyIds(secrets, 'master');
  // The id is known only when the second command has told it.
  const [list, add, ...rest] = block(identityCode, 'sh master').trim().split('\n');
  expect(runLine(`${list}\n${add}`)).toContain(`master  ${old}  seals and opens`);
  const added = (await keyIds(secrets, 'master')).at(-1) ?? '';
  expect(runLine(rest.join('\n').replace('NEW', added))).toContain(`sealed under the master key ${added}`);
  await expectAinoKnown('kolmas.vieras@oma.example');
  expect(() => run('sh master-end', { OLD: old })).toThrow('Waiting mails and unfinished sign-ins');
  await world.restartAvain({ shiftMs: 7 * dayMs + 60_000 });
  run('sh master-end', { OLD: old });
  expect(await keyIds(secrets, 'master')).toEqual([added]);
  await world.restartAvain();
  await expectAinoKnown('neljas.vieras@oma.example');
}, 120_000);

/** Somebody who has signed in, and asks for another sign-in without a page: what came of it. */
async function signedIn() {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  await signInWithPassword(visitor, await visitor.get(authorization(world).url), 'aino@oma.example');
  return async () => errorOf(await visitor.get(authorization(world, { prompt: 'none' }).url));
}

test('a cookie key: people stay signed in, and the old one goes a day later', async () => {
  const again = await signedIn();
  const [old = ''] = await keyIds(secrets, 'cookie');
  const [list, add, use] = block(keysPage, 'sh cookie').trim().split('\n');
  expect(runLine(`${list}\n${add}`)).toContain(`cookie  ${old}  signs and is believed`);
  const added = (await keyIds(secrets, 'cookie')).at(-1) ?? '';
  runLine(use?.replace('NEW', added) ?? '');
  expect(await again()).toBeNull();
  expect(() => run('sh cookie-end', { OLD: old }, keysPage)).toThrow('Cookies that it signed may be in use');
  expect(await keyIds(secrets, 'cookie')).toEqual([added, old]);
}, 60_000);

test('signing keys: not ahead of time; a revoked one is gone at once, and people stay signed in', async () => {
  const again = await signedIn();
  expect(() => run('sh rotate', {}, keysPage)).toThrow(/may not know the next keys until|next keys are being made/);
  const [kid = ''] = /(?<=signing )\w+(?= {2}ES256 {2}active)/.exec(run('sh list', {}, keysPage)) ?? [];
  expect(run('sh revoke', { KID: kid }, keysPage)).toMatch(/^ID tokens of \d+ clients[\s\S]*1 of 1 nodes serve/m);
  expect(await (await fetch(`${world.issuer}/jwks`)).text()).not.toContain(kid);
  expect(await again()).toBeNull();
}, 60_000);

test('SIGHUP reads the files again', async () => {
  const before = world.output().split('keys read again').length;
  world.avain?.kill('SIGHUP');
  while (world.output().split('keys read again').length === before) await sleep(20);
});

test('without a running Avain the command opens the store itself', async () => {
  if (world.avain) await ended(world.avain, 'SIGTERM');
  const [master] = await keyIds(secrets, 'master');
  const { status, out } = runAvain(['keys', 'list'], world.env);
  expect([status, out]).toEqual([0, expect.stringContaining(`master  ${master}  seals and opens`)]);
});
