/**
 * The drill of docs/backup.md, with people at work: backups under load and under kill -9, a restore under kill -9, and a
 * checker that compares with what people had been told. What was issued or used before the restore is refused.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import * as client from 'openid-client';
import { newPerson, rowsIn } from '../faults/at-once.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  goodPassword,
  identify,
  linkMailedTo,
  noListener,
  redeem,
  signInWithPassword,
  signUp,
  stepOf,
} from '../support/stories.ts';
import { relyingParty, tokensOf } from '../support/tokens.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

const root = join(import.meta.dirname, '../..');
const aino = 'aino@oma.example';
const asked = 'vanha@oma.example';

let world: World;
let [recipient, identityFile, journal] = ['', '', ''];
beforeAll(async () => {
  world = await startWorld();
  const identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  identityFile = join(world.dataDir, 'secrets', 'identity-of-the-drill');
  writeFileSync(identityFile, `# kept elsewhere\n${identity}\n`, { mode: 0o600 });
  journal = join(world.dataDir, 'journal');
}, 60_000);
afterAll(() => world?.stop());

/** The command beside the people's requests; with `killAfterMs` it gets no further. */
async function avain(args: readonly string[], killAfterMs?: number) {
  const { NODE_OPTIONS: _options, ...env } = world.env;
  const child = spawn(process.execPath, ['bin/avain.mjs', ...args], { cwd: root, env });
  let [out, told] = ['', ''];
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (told += chunk));
  const end = once(child, 'close');
  if (killAfterMs !== undefined) {
    await sleep(killAfterMs);
    child.kill('SIGKILL');
  }
  const [status] = await end;
  return { status, out, told };
}

function browser(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

type Acknowledged = { readonly at: number; readonly email: string; readonly what: 'account' | 'link' | 'terms' };

/** What a person was told is on the disk before anybody goes on. */
function note(file: number, email: string, what: Acknowledged['what']): void {
  writeSync(file, `${JSON.stringify({ at: Date.now(), email, what })}\n`);
  fsyncSync(file);
}

async function storm(file: number, name: string, stopped: () => boolean): Promise<void> {
  for (let number = 0; !stopped(); number += 1) {
    const [visitor, email] = [browser(), `${name}-${number}@oma.example`];
    const strongAuth = await signUp(world, visitor, authorization(world).url, email);
    note(file, email, 'account');
    const linking = await identify(visitor, strongAuth, { person: newPerson(), name: 'Testi Henkilö' });
    const terms = await visitor.submit(linking, { answer: 'yes' });
    note(file, email, 'link');
    await visitor.submit(terms, { answer: 'accept' });
    note(file, email, 'terms');
  }
}

const noted = (): readonly Acknowledged[] =>
  readFileSync(journal, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const durable = (sql: string): string[] =>
  rowsIn(world.dataDir, 'avain.db', sql).map((row) => String(Object.values(row)[0]));

const found: Readonly<Record<Acknowledged['what'], string>> = {
  account: "SELECT body ->> '$.email' FROM accounts",
  link: "SELECT body ->> '$.email' FROM accounts JOIN identity_links ON account_id = id",
  terms: "SELECT body ->> '$.email' FROM accounts JOIN terms_evidence ON account_id = accounts.id",
};

/** As of one moment: each account with its record and the token that made it, each link and each acceptance with its own. */
function expectWhole(): void {
  const made = durable("SELECT account_id FROM audit WHERE event = 'account.created' ORDER BY account_id");
  const seeded = durable("SELECT account_id FROM audit WHERE event = 'account.imported'");
  expect(durable('SELECT id FROM accounts ORDER BY id').filter((id) => !seeded.includes(id))).toEqual(made);
  expect(durable('SELECT hash FROM spent_tokens')).toHaveLength(made.length);
  const linked = durable("SELECT account_id FROM audit WHERE event = 'link-eid.linked' ORDER BY account_id");
  const links = durable('SELECT DISTINCT account_id FROM identity_links ORDER BY account_id');
  expect(links.filter((id) => made.includes(id))).toEqual(linked);
  const accepted = durable("SELECT account_id FROM audit WHERE event = 'terms.accepted' ORDER BY account_id");
  expect(durable('SELECT account_id FROM terms_evidence ORDER BY account_id')).toEqual(accepted);
}

/** What Aino and another have in their hands when the backup is taken. */
async function inHands() {
  const visitor = browser();
  const offline = authorization(world, { scope: 'openid offline_access' });
  const end = await signInWithPassword(visitor, await visitor.get(offline.url), aino);
  const { refresh_token: refresh = '' } = await tokensOf(world, offline, end);
  const unused = authorization(world);
  const code = await visitor.get(unused.url);
  const forgetful = browser();
  const signIn = await forgetful.get(authorization(world).url);
  const form = await forgetful.get(new URL(signIn.url.pathname.replace(/sign-in$/, 'forgot-password'), signIn.url));
  await forgetful.submit(form, { email: asked });
  return { visitor, refresh, unused, code, link: await linkMailedTo(world, asked, 'reset') };
}

async function expectRefused({ visitor, refresh, unused, code, link }: Awaited<ReturnType<typeof inHands>>) {
  expect(stepOf(await visitor.get(authorization(world).url))).toBe('sign-in');
  expect(await (await redeem(world, unused, code.url)).json()).toMatchObject({ error: 'invalid_grant' });
  const party = await relyingParty(world);
  await expect(client.refreshTokenGrant(party, refresh)).rejects.toMatchObject({ error: 'invalid_grant' });
  // As one that nobody ever sent.
  expect((await browser().get(link)).status).toBe(400);
}

test('people at work lose nothing that was acknowledged before the backup began, and nothing of before is good again', async () => {
  const held = await inHands();
  const file = openSync(journal, 'a');
  let stop = false;
  const people = Promise.all(['storm-a', 'storm-b'].map((name) => storm(file, name, () => stop)));
  while (!existsSync(journal) || readFileSync(journal, 'utf8').split('"terms"').length < 3) await sleep(50);

  const [killed, path] = [join(world.dataDir, 'killed.age'), join(world.dataDir, 'backup.age')];
  for (const killAfterMs of [900, 1_500]) {
    await avain(['backup', killed, '--recipient', recipient], killAfterMs);
    // Either it was done by then, or there is nothing by this name.
    if (existsSync(killed))
      expect((await avain(['backup', 'verify', killed, '--identity-file', identityFile])).status).toBe(0);
  }
  expect((await avain(['backup', path])).told).toContain('a backup is never written unencrypted');
  const taken = await avain(['backup', path, '--recipient', recipient, '--json']);
  expect([taken.told, taken.status]).toEqual(['', 0]);
  const { beganAt, sha256 } = JSON.parse(taken.out);
  await sleep(500);
  stop = true;
  await people;
  closeSync(file);
  expect(durable("SELECT details ->> '$.sha256' FROM audit WHERE event = 'backup.taken'")).toContain(sha256);
  const tooLate = browser();
  await signUp(world, tooLate, authorization(world).url, 'late@oma.example');

  const restoring = ['restore', path, '--identity-file', identityFile];
  expect((await avain([...restoring, '--replace'])).told).toContain('in use by another Avain process');
  world.avain?.kill('SIGTERM');
  await once(world.avain ?? process, 'exit');
  expect((await avain(restoring)).told).toContain('--replace');
  // Wherever it is killed, what serves is the old store or the new one, whole.
  await avain([...restoring, '--replace'], 1_200);
  const { status, out, told } = await avain([...restoring, '--replace', '--json']);
  expect([told, status]).toEqual(['', 0]);
  expect(JSON.parse(out)).toMatchObject({ erased: 0, rows: expect.any(Number) });
  await world.restartAvain();

  expectWhole();
  const before = noted().filter(({ at }) => at < beganAt);
  expect(before.length).toBeGreaterThan(5);
  for (const what of ['account', 'link', 'terms'] as const) {
    const there = new Set(durable(found[what]));
    const lost = before.filter((one) => one.what === what && !there.has(one.email));
    expect([what, lost]).toEqual([what, []]);
  }
  expect(durable(found.account)).not.toContain('late@oma.example');
  expect(readdirSync(world.dataDir).filter((name) => /^restor(ing|ed-\d+)$/.test(name))).toEqual([]);
  await expectRefused(held);
  // And everybody can go on.
  const visitor = browser();
  const request = authorization(world);
  await tokensOf(world, request, await signInWithPassword(visitor, await visitor.get(request.url), aino, goodPassword));
}, 180_000);
