/** docs/integrate.md followed to the letter: its client file, its program, and what it says one sees. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPrograms, type Programs } from '../support/programs.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { identify, signInWithPassword, stepOf } from '../support/stories.ts';
import { type Answer, createVisitor } from '../support/visitor.ts';
import { block, root } from './pages.ts';

const guide = 'docs/integrate.md';
const example = join(root, 'docs/examples/first-sign-in.mjs');

let clients: string;
let world: World;
let programs: Programs;
let home: string;

beforeAll(async () => {
  clients = await mkdtemp(join(tmpdir(), 'avain-clients-'));
  await writeFile(join(clients, 'first.yaml'), block(guide, 'yaml client'));
  let port = 0;
  world = await startWorld({
    env: (offset) => {
      port = 3700 + offset;
      return { AVAIN_CLIENTS_DIR: clients };
    },
  });
  const secret = join(world.dataDir, 'secrets/client-first');
  programs = createPrograms({ ...process.env, ISSUER: world.issuer, PORT: String(port), SECRET_FILE: secret });
  home = `http://localhost:${port}/`;
  await programs.untilReady(home, programs.start([example]));
}, 120_000);
afterAll(async () => {
  await programs?.stop();
  await world?.stop();
  await rm(clients, { recursive: true, force: true });
});

/** What the program's page shows of the person. */
function shown(page: Answer): Record<string, unknown> | null {
  expect([page.status, page.url.href]).toEqual([200, home]);
  const text = /<pre>([^<]*)<\/pre>/.exec(page.text)?.[1] ?? '';
  return JSON.parse(text) as Record<string, unknown> | null;
}

test('the program on the page is the program that is run here', async () => {
  expect(block(guide, 'js first-sign-in.mjs')).toBe(await readFile(example, 'utf8'));
});

test('signed in, identified, refreshed and signed out, as the page says', async () => {
  const visitor = createVisitor();
  const front = await visitor.get(home);
  expect(shown(front)).toBeNull();
  const signIn = await visitor.submit(front, {}, '/sign-in');
  expect(stepOf(signIn)).toBe('sign-in');
  const known = await signInWithPassword(visitor, signIn, 'aino@oma.example');
  const user = shown(known);
  const ofEmail = { acr: 'urn:avain:acr:email', email: 'aino@oma.example', email_verified: true };
  expect(user).toMatchObject({ ...ofEmail, name: expect.any(String), sub: expect.any(String) });
  // Loaded twice: nothing is redeemed again, and nobody is signed out.
  expect(shown(await visitor.get(known.hops.find(({ pathname }) => pathname === '/callback') ?? ''))).toEqual(user);

  const asked = await visitor.submit(known, {}, '/strong');
  expect(stepOf(asked)).toBe('strong-auth');
  // Who says no there is still signed in here.
  const denied = await visitor.submit(asked, {}, 'id="cancel"');
  expect([denied.status, denied.text]).toEqual([400, expect.stringContaining('access_denied')]);
  const again = await visitor.submit(await visitor.get(home), {}, '/strong');
  const identified = await identify(visitor, again, { person: '131189Y902A' });
  expect(shown(identified)).toMatchObject({ acr: 'http://ftn.ficora.fi/2017/loatest2', sub: user?.['sub'] });

  const refreshed = await visitor.submit(identified, {}, '/refresh');
  expect(shown(refreshed)).toEqual(shown(identified));

  const question = await visitor.submit(refreshed, {}, '/sign-out');
  expect(question.url.pathname).toBe('/session/end');
  const out = await visitor.submit(question, { logout: 'yes' });
  expect(shown(out)).toBeNull();
  expect(stepOf(await visitor.submit(out, {}, '/sign-in'))).toBe('sign-in');
});
