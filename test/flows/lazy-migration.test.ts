/**
 * People come over from an earlier system one by one, when they sign in. The earlier system is the very example of
 * docs/migration.md; a client that wants longer passwords than the rest, and passwords from a leak, are tried in the same world.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, scryptSync } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runAvain } from '../cli/avain.ts';
import { block } from '../docs/pages.ts';
import { auditOf, storedAccount } from '../support/inside.ts';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { climbOn, inventedIdentityCode } from '../support/people.ts';
import { ended } from '../support/programs.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  codeMailedTo,
  goodPassword,
  identify,
  noListener,
  signInWithPassword,
  stepOf,
} from '../support/stories.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

// Addresses of one length, so that answers can be compared byte by byte.
const [liisa, weak, tabs, late, nobody] = ['liisa1', 'weak01', 'tabs01', 'late01', 'nobody'].map(
  (name) => `${name}@oma.example`,
) as [string, string, string, string, string];
const known = 'heikko@oma.example';
const tuntematon = 'tuntematon@oma.example';
const newPassword = 'Uusi#Kesämökki7';
const leaked = 'Vuotanut#Kesämökki7';

let config: OwnConfig;
let world: World;
let earlier: ChildProcess | undefined;

beforeAll(async () => {
  config = await ownConfig((yaml) =>
    yaml
      .replace('  allow:\n', '  allow:\n    - http://localhost:3600\n')
      .replace('  profile: mission\n', '  profile: mission\n  breachedDirectory: breached\n')
      .replace(/$/, '\nlazyMigration: { url: "http://localhost:3600/password", source: vanha-oima }\n'),
  );
  const digest = createHash('sha1').update(leaked).digest('hex').toUpperCase();
  await mkdir(join(config.dir, 'breached'));
  await writeFile(join(config.dir, 'breached', `${digest.slice(0, 5)}.txt`), `${digest.slice(5)}:1\r\n`);
  const web = await readFile(join(import.meta.dirname, '../support/clients/test-web.yaml'), 'utf8');
  await writeFile(join(config.dir, 'clients/test-long.yaml'), `${web}passwords: { minLength: 16 }\n`);
  let port = 0;
  world = await startWorld({
    env: (offset) => {
      port = 3600 + offset;
      return config.env;
    },
  });
  earlier = await startEarlierSystem(port);
}, 120_000);
afterAll(async () => {
  await world?.stop();
  if (earlier) await ended(earlier, 'SIGTERM');
  await config.remove();
});

async function startEarlierSystem(port: number): Promise<ChildProcess> {
  const salt = 'a1b2c3';
  const digest = (password: string) => scryptSync(password, Buffer.from(salt, 'hex'), 32).toString('hex');
  const person = (email: string, password: string) => ({ email, salt, digest: digest(password), since: '2019-05-01' });
  const good = [liisa, tabs, late, tuntematon].map((email) => person(email, goodPassword));
  const env = {
    ...process.env,
    PORT: String(port),
    SECRET_FILE: join(world.dataDir, 'secrets/lazy-migration'),
    PEOPLE_FILE: join(world.dataDir, 'people.json'),
  };
  await writeFile(env.PEOPLE_FILE, JSON.stringify([...good, person(weak, 'salasana1')]));
  const program = join(world.dataDir, 'hook.mjs');
  await writeFile(program, block('docs/migration.md', 'js hook'));
  const child = spawn(process.execPath, [program], { env, stdio: 'inherit' });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    // It refuses whoever is not Avain.
    const status = await fetch(`http://localhost:${port}/`).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 403) return child;
    await sleep(50);
  }
  throw new Error('the example of docs/migration.md did not start');
}

function browser(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

/** The page after the password. */
async function signIn(visitor: Visitor, email: string, password = goodPassword, client = 'test-web'): Promise<Answer> {
  const start = await visitor.get(authorization(world, { client_id: client }).url);
  return signInWithPassword(visitor, start, email, password);
}

test('somebody unknown here signs in as ever, and is then asked what everybody is asked who was imported', async () => {
  const visitor = browser();
  expect(storedAccount(world, liisa)).toBeNull();
  const strongAuth = await signIn(visitor, liisa);
  expect(stepOf(strongAuth)).toBe('strong-auth');
  expect(storedAccount(world, liisa)).toMatchObject({
    importedFrom: 'vanha-oima',
    activatedAt: null,
    createdAt: Date.parse('2019-05-01'),
    password: { format: 'argon2id' },
  });
  expect(auditOf(world, liisa).slice(0, 2)).toEqual(['account.imported', 'password.rehashed']);
  const code = await identify(visitor, strongAuth, { person: inventedIdentityCode(), name: 'Liisa Lampi' });
  expect(stepOf(code)).toBe('email-code');
  const link = await visitor.submit(code, { code: await codeMailedTo(world, liisa) });
  expect((await climbOn(visitor, link)).url.origin).toBe(noListener);
});

test('a weak password opens only the change, in the same visit and in every later one until it is changed', async () => {
  expect(stepOf(await signIn(browser(), weak, 'salasana1'))).toBe('new-password');
  const visitor = browser();
  const change = await signIn(visitor, weak, 'salasana1');
  expect(stepOf(change)).toBe('new-password');
  expect(change.text).toContain('Nykyinen salasanasi ei täytä tietoturvavaatimuksia');
  const strongAuth = await visitor.submit(change, { password: newPassword });
  const code = await identify(visitor, strongAuth, { person: inventedIdentityCode(), name: 'Veikko Heikko' });
  const link = await visitor.submit(code, { code: await codeMailedTo(world, weak) });
  expect((await climbOn(visitor, link)).url.origin).toBe(noListener);
  // The earlier system still says yes to the old one; it is not asked any more.
  expect((await signIn(browser(), weak, 'salasana1')).status).toBe(422);
  expect((await signIn(browser(), weak, newPassword)).url.origin).toBe(noListener);
});

test('who was imported without a password gets the one the earlier system knows', async () => {
  expect(storedAccount(world, tuntematon)?.password).toBeNull();
  const visitor = browser();
  const strongAuth = await signIn(visitor, tuntematon);
  expect(stepOf(strongAuth)).toBe('strong-auth');
  expect(auditOf(world, tuntematon)).toEqual([
    'account.imported',
    'password.imported',
    'password.rehashed',
    'step-up.asked',
  ]);
});

test('two tabs at the same moment: one account, and both go on', async () => {
  const visitors = [browser(), browser()];
  const pages = await Promise.all(
    visitors.map(async (visitor) => visitor.submit(await visitor.get(authorization(world).url), { email: tabs })),
  );
  const after = await Promise.all(
    visitors.map((visitor, tab) => visitor.submit(pages[tab] as Answer, { password: goodPassword })),
  );
  expect(after.map(stepOf)).toEqual(['strong-auth', 'strong-auth']);
  expect(auditOf(world, tabs).filter((event) => event === 'account.imported')).toHaveLength(1);
});

/** Status, headers and body, without what is random or names the address. */
function plain({ status, headers, text }: Answer, email: string): string {
  const random = new Set(['date', 'x-request-id']);
  const told = [...headers].filter(([name]) => !random.has(name)).map(([name, value]) => `${name}: ${value}`);
  return [status, ...told.sort(), text]
    .join('\n')
    .replaceAll(email, 'ADDRESS')
    .replaceAll(/(name="csrf" value=)"[\w-]+"/g, '$1"TOKEN"')
    .replaceAll(/\/interaction\/[\w-]+/g, '/interaction/UID');
}

test('a wrong password, an address known nowhere, and an earlier system that is down: one and the same answer', async () => {
  const wrong = async (email: string, password = 'Väärä#Salasana1') => {
    const from = performance.now();
    const answer = await signIn(browser(), email, password);
    return { answer: plain(answer, email), ms: performance.now() - from };
  };
  const here = await wrong(known);
  const answers = [await wrong(nobody), await wrong(late)];
  if (earlier) await ended(earlier, 'SIGTERM');
  answers.push(await wrong(late, goodPassword));
  expect(here.answer).toMatch(/^422/);
  expect(here.answer).toContain('väärin');
  expect(answers.map(({ answer }) => answer)).toEqual(answers.map(() => here.answer));
  // Nobody is refused before the earlier system's time limit is over.
  for (const { ms } of [here, ...answers]) expect(ms).toBeGreaterThan(1_098);
  expect(storedAccount(world, late)).toBeNull();
  // Who has come over needs the earlier system no more.
  expect((await signIn(browser(), liisa)).url.origin).toBe(noListener);
});

test('no password is in any log', () => {
  expect(world.output()).toContain('earlier system not asked');
  for (const secret of [goodPassword, 'salasana1', newPassword, 'Väärä#Salasana1'])
    expect(world.output()).not.toContain(secret);
});

test('a client that wants longer passwords: a typed shorter one is changed in the same visit, there alone', async () => {
  const aino = 'aino@oma.example';
  expect((await signIn(browser(), aino)).url.origin).toBe(noListener);
  const visitor = browser();
  const change = await signIn(visitor, aino, goodPassword, 'test-long');
  expect(stepOf(change)).toBe('new-password');
  expect(change.text).toContain('vähintään 16 merkkiä');
  expect(change.text).toContain('data-pattern="^[^]{16,}$"');
  expect(change.text).toContain('minlength: 16;');
  const short = await visitor.submit(change, { password: newPassword });
  expect([short.status, short.text.includes('Salasanassa on oltava vähintään 16 merkkiä')]).toEqual([422, true]);
  // Her own verified name is none either.
  const named = await visitor.submit(short, { password: 'Virtanen#on#nimeni7' });
  expect([named.status, named.text.includes('Salasanassa ei saa olla sähköpostiosoitettasi, nimeäsi')]).toEqual([
    422,
    true,
  ]);
  const outside = await visitor.submit(named, { password: leaked });
  expect([outside.status, outside.text.includes('on löytynyt muualla tapahtuneesta tietovuodosta')]).toEqual([
    422,
    true,
  ]);
  const long = `${newPassword}-pidempi`;
  expect((await visitor.submit(outside, { password: long })).url.origin).toBe(noListener);
  expect((await signIn(browser(), aino, long, 'test-long')).url.origin).toBe(noListener);
});

test('the check counts what the folder of breached passwords has', () => {
  const { status, out } = runAvain(['check', '--offline'], world.env);
  expect(status).toBe(0);
  expect(out).toMatch(/^good +breached passwords: 1 of 1048576 prefixes in .*\/breached$/m);
});
