/**
 * `npm run bench -- account`: time to the first page of /account for somebody with 1,000 sessions, over HTTP on embedded
 * storage, beside the same person with one. The sessions are copies of a real one: its row at the provider and its proofs,
 * each in a browser of its own. `-- --count=n` for more pages.
 */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { at, newUser, type SignedUp } from '../self-service/stories.ts';
import { storedAccount } from '../support/inside.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { median } from './median.ts';

const { values } = parseArgs({ options: { count: { type: 'string', default: '50' } }, allowPositionals: true });
const sessions = 1_000;
const pages = ['/account', '/account/devices', '/account/apps', '/account/activity'] as const;

const world = await startWorld();
try {
  console.log(JSON.stringify(await measure(world, Number(values.count))));
} finally {
  await world.stop();
}

async function measure(site: World, count: number) {
  const user = await newUser(site);
  await at(site, user.visitor, '/account');
  const withOne = await timesOf(site, user, count);
  const stored = copySession(site, user, sessions - 1);
  return { sessions: stored, pages: count, msWithOneSession: withOne, msWithThem: await timesOf(site, user, count) };
}

async function timesOf(site: World, { visitor }: SignedUp, count: number): Promise<Record<string, number>> {
  const times: Record<string, number> = {};
  for (const path of pages) {
    const taken: number[] = [];
    for (let time = 0; time < count; time += 1) {
      const before = performance.now();
      const page = await at(site, visitor, path);
      taken.push(performance.now() - before);
      if (page.url.pathname !== path) throw new Error(`${path} led to ${page.url.pathname}`);
    }
    times[path] = Number(median(taken).toPrecision(3));
  }
  return times;
}

/** Returns how many live sessions the account has then. */
function copySession(site: World, { person }: SignedUp, copies: number): number {
  const id = storedAccount(site, person.email)?.id ?? '';
  const database = new DatabaseSync(join(site.dataDir, 'expiring.db'), { timeout: 10_000 });
  try {
    const [session] = database.prepare("SELECT * FROM artifacts WHERE model = 'Session' AND account_id = ?").all(id);
    const payload = JSON.parse(String(session?.payload));
    const [facts] = database.prepare("SELECT * FROM rows WHERE kind LIKE 'session%' AND key = ?").all(payload.uid);
    if (!session || !facts) throw new Error('no session to copy');
    const addSession = database.prepare(
      'INSERT INTO artifacts (model, id, uid, account_id, expires_at, payload) VALUES (?, ?, ?, ?, ?, ?)',
    );
    const addFacts = database.prepare('INSERT INTO rows (kind, key, expires_at, body) VALUES (?, ?, ?, ?)');
    database.exec('BEGIN IMMEDIATE');
    for (let copy = 0; copy < copies; copy += 1) {
      const uid = randomBytes(16).toString('base64url');
      const hashed = createHash('sha256').update(uid).digest('base64url');
      const body = { ...JSON.parse(String(facts.body)), browser: randomBytes(32).toString('base64url') };
      const { model, expires_at } = session;
      addSession.run(model ?? '', hashed, hashed, id, expires_at ?? 0, JSON.stringify({ ...payload, uid }));
      addFacts.run(facts.kind ?? '', uid, facts.expires_at ?? 0, JSON.stringify(body));
    }
    database.exec('COMMIT');
    const found = database
      .prepare("SELECT count(*) AS n FROM artifacts WHERE model = 'Session' AND account_id = ?")
      .get(id);
    return Number(found?.n);
  } finally {
    database.close();
  }
}
