/** The clients of an Avain that runs: files and store change under it, and no request notices but by what has changed. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runAvain } from '../cli/avain.ts';
import { becomeUser, newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, clientSecret, goodPassword, linkMailedTo, stepOf } from '../support/stories.ts';
import { createVisitor } from '../support/visitor.ts';

let folder: string;
let world: World;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'avain-clients-'));
  await cp(join(import.meta.dirname, '../support/clients'), folder, { recursive: true });
  await writeFile(join(folder, 'robot.yaml'), machine('Robot 0'));
  await writeFile(join(folder, 'app.yaml'), app);
  world = await startWorld({ env: { AVAIN_CLIENTS_DIR: folder } });
}, 120_000);
afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

const machine = (name: string) => `name: ${name}\nparty: first\ntype: confidential\nclientCredentials: true\n`;
const app = `name: App
party: first
type: public
application: native
session: own
redirectUris: ['com.example.app:/callback', 'http://127.0.0.1/callback']
startUrl: https://app.example/
scopes: [openid, email, profile]
`;
const page = (uri: string) => `name: Page
party: first
type: public
redirectUris: ['${uri}']
startUrl: https://page.example/
scopes: [openid, email, profile]
`;

const command = (...args: string[]) => runAvain(args, { ...world.env, AVAIN_CLIENTS_DIR: folder });
const linesOf = (out: string): Record<string, unknown>[] =>
  out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

const asked = async (client: string, redirect: string): Promise<string | null> => {
  const { url } = authorization(world, { client_id: client, redirect_uri: redirect });
  const answer = await fetch(url, { redirect: 'manual' });
  return answer.status === 303 ? new URL(answer.headers.get('location') ?? '', url).pathname : null;
};

async function token(): Promise<number> {
  const authorization_ = `Basic ${Buffer.from(`robot:${await clientSecret(world, 'robot')}`).toString('base64')}`;
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const headers = { authorization: authorization_ };
  return (await fetch(`${world.issuer}/token`, { method: 'POST', body, headers })).status;
}

async function logged(part: string, times = 1): Promise<void> {
  for (let tries = 0; world.output().split(part).length <= times; tries += 1) {
    if (tries > 100) throw new Error(`the log never said ${part}`);
    await sleep(50);
  }
}

test('a new file is in force after SIGHUP, a wrong one changes nothing and is told with its place', async () => {
  expect(await asked('page', 'https://page.example/a')).toBeNull();
  await writeFile(join(folder, 'page.yaml'), page('https://page.example/a'));
  world.avain?.kill('SIGHUP');
  await logged('"clients read again"');
  expect(await asked('page', 'https://page.example/a')).toMatch(/^\/interaction\//);

  await writeFile(join(folder, 'page.yaml'), page('https://page.example/b'));
  await writeFile(join(folder, 'robot.yaml'), `${machine('Robot')}redirect_uris: []\n`);
  const { status, told } = command('client', 'reload');
  // The command reads the files, too, and stops at the same fault.
  expect([status, told]).toEqual([1, expect.stringContaining('robot.yaml:5: redirect_uris: found an unknown key')]);
  world.avain?.kill('SIGHUP');
  await logged('clients not read again: the old ones stay');
  expect(world.output()).toContain('robot.yaml:5: redirect_uris: found an unknown key');
  expect(await asked('page', 'https://page.example/a')).toMatch(/^\/interaction\//);
  expect(await asked('page', 'https://page.example/b')).toBeNull();

  await writeFile(join(folder, 'robot.yaml'), machine('Robot'));
  expect(command('client', 'reload')).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^Read again: \d+ clients/),
  });
  expect(await asked('page', 'https://page.example/b')).toMatch(/^\/interaction\//);
});

test('a client that goes while somebody signs in: each page says so with a way on, and nothing fails', async () => {
  await writeFile(join(folder, 'leaving.yaml'), page('https://page.example/leaving'));
  expect(command('client', 'reload').status).toBe(0);
  const params = { client_id: 'leaving', redirect_uri: 'https://page.example/leaving' };
  const [visitor, newcomer] = [createVisitor(), createVisitor()];
  const signIn = await visitor.get(authorization(world, params).url);
  const password = await visitor.submit(signIn, { email: 'aino@oma.example' });
  const { email } = newPerson('lahtija');
  const first = await newcomer.get(authorization(world, params).url);
  const door = await newcomer.get(new URL(first.url.pathname.replace(/sign-in$/, 'sign-up'), first.url));
  const sent = await newcomer.submit(door, { email });
  const link = await linkMailedTo(world, email, 'activate');
  await rm(join(folder, 'leaving.yaml'));
  expect(command('client', 'reload').status).toBe(0);

  const uid = password.url.pathname.split('/')[2];
  const answers = {
    page: await visitor.get(password.url),
    form: await visitor.submit(password, { password: goodPassword }),
    dispatcher: await visitor.get(new URL(`/interaction/${uid}`, world.issuer)),
    resume: await visitor.get(new URL(`/auth/${uid}`, world.issuer)),
    waiting: await newcomer.get(sent.url),
    link: await newcomer.get(link),
    'link elsewhere': await createVisitor().get(link),
    'begun anew': await visitor.get(authorization(world, params).url),
  };
  for (const [where, { status, text }] of Object.entries(answers)) {
    expect([where, status]).toEqual([where, status === 410 ? 410 : 400]);
    expect([where, /<main[\s\S]*<a class="button" href="\/[^"]*"/.test(text)]).toEqual([where, true]);
  }
  expect(world.output()).not.toContain('"request failed"');
});

test('while clients are read again and again, no request is lost', async () => {
  const before = world.output().split('"clients read again"').length;
  const answers: unknown[] = [];
  let over = false;
  const load = Array.from({ length: 4 }, async (_, index) => {
    while (!over)
      answers.push(
        index % 2 === 0 ? await token() : (await fetch(authorization(world).url, { redirect: 'manual' })).status,
      );
  });
  for (let turn = 1; turn <= 8; turn += 1) {
    await writeFile(join(folder, 'robot.yaml'), machine(`Robot ${turn}`));
    world.avain?.kill('SIGHUP');
    await logged('"clients read again"', before + turn - 1);
  }
  over = true;
  await Promise.all(load);
  expect(answers.length).toBeGreaterThan(20);
  expect([...new Set(answers)].sort()).toEqual([200, 303]);
});

test('a client of the store is in force at once; a file of its name wins, and where they differ is told', async () => {
  const stored = join(folder, 'elsewhere.yaml');
  const elsewhere = await mkdtemp(join(tmpdir(), 'avain-stored-'));
  const path = join(elsewhere, 'elsewhere.yaml');
  await writeFile(path, page('http://elsewhere.example/'));
  expect(command('client', 'put', path)).toMatchObject({
    status: 1,
    told: expect.stringContaining('elsewhere (in the storage):4: redirectUris.0: found "http://elsewhere.example/"'),
  });
  await writeFile(path, page('https://elsewhere.example/'));
  expect(command('client', 'put', path)).toMatchObject({ status: 0, out: 'elsewhere is in force.\n' });
  expect(await asked('elsewhere', 'https://elsewhere.example/')).toMatch(/^\/interaction\//);

  await writeFile(stored, page('https://elsewhere.example/file'));
  expect(command('client', 'reload').status).toBe(0);
  expect(await asked('elsewhere', 'https://elsewhere.example/')).toBeNull();
  const listed = linesOf(command('client', 'list', '--json').out);
  expect(listed.find(({ id }) => id === 'elsewhere')).toMatchObject({ keptIn: 'file', drift: true });
  expect(linesOf(command('client', 'drift', '--json').out)).toEqual([
    {
      id: 'elsewhere',
      keys: [
        { key: 'redirectUris', file: ['https://elsewhere.example/file'], storage: ['https://elsewhere.example/'] },
      ],
    },
  ]);
  await rm(stored);
  await world.restartAvain();
  expect(await asked('elsewhere', 'https://elsewhere.example/')).toMatch(/^\/interaction\//);
  expect(command('client', 'remove', 'elsewhere').out).toBe('Removed.\n');
  expect(await asked('elsewhere', 'https://elsewhere.example/')).toBeNull();
  expect(command('client', 'remove', 'elsewhere').status).toBe(1);
  await rm(elsewhere, { recursive: true });
});

test('a client is shown with its defaults, and of its secret only what tells two apart', async () => {
  const { out } = command('client', 'show', 'robot', '--json');
  expect(JSON.parse(out)).toMatchObject({
    id: 'robot',
    authMethod: 'client_secret_basic',
    languages: ['fi', 'sv', 'en'],
  });
  expect(JSON.parse(out).secret).toMatch(/^sha256:[\w-]{12}…$/);
  expect(out).not.toContain(await clientSecret(world, 'robot'));
});

test('an app answers to its own scheme and to any port of its device, a page to its very address only', async () => {
  expect(await asked('app', 'com.example.app:/callback')).toMatch(/^\/interaction\//);
  expect(await asked('app', 'http://127.0.0.1:51234/callback')).toMatch(/^\/interaction\//);
  for (const other of ['com.example.app:/callback/', 'http://127.0.0.1:51234/other', 'http://localhost:51234/callback'])
    expect([other, await asked('app', other)]).toEqual([other, null]);
  expect(await asked('page', 'https://page.example:8443/b')).toBeNull();
});

test('a client with a session of its own begins anew though the person is signed in, as by prompt=login', async () => {
  const visitor = createVisitor();
  visitor.unvisited.add('https://client.example').add('https://page.example').add('http://127.0.0.1:51234');
  await becomeUser(world, visitor, authorization(world).url, newPerson('own'));
  const own = { client_id: 'app', redirect_uri: 'http://127.0.0.1:51234/callback' };
  const due = stepOf(await visitor.get(authorization(world, own).url));
  const shared = { client_id: 'page', redirect_uri: 'https://page.example/b' };
  const loginAsked = await visitor.get(authorization(world, { ...shared, prompt: 'login' }).url);
  expect([due, stepOf(loginAsked)]).toEqual(['sign-in', 'sign-in']);
  const silent = authorization(world, { ...own, prompt: 'none', max_age: '99999' });
  const answer = await fetch(silent.url, {
    redirect: 'manual',
    headers: { cookie: cookiesOf(visitor.cookiesFor(silent.url)) },
  });
  expect(new URL(answer.headers.get('location') ?? '').searchParams.get('error')).toBe('login_required');
  expect((await visitor.get(authorization(world, shared).url)).url.searchParams.get('code')).toMatch(/^.{20,}$/);
});

const cookiesOf = (cookies: Readonly<Record<string, string>>): string =>
  Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
