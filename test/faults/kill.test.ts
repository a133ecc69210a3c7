/** `kill -9` in the middle of a storm of sign-ups: what a person was told is true afterwards, and nothing is half done. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rounds } from '../support/heavy.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, goodPassword, identify, linkMailedTo, noListener, stepOf } from '../support/stories.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';
import { countIn, newPerson, rowsIn } from './at-once.ts';

const kills = rounds(3, 10);
const visitorsAtOnce = 4;
const mostSignUps = 40;
const longestStormMs = 30_000;
const moreThanAMinute = 61_000;

/** What visitors were told before the kill. */
type Told = { readonly created: string[]; readonly linked: string[]; readonly accepted: string[]; asked: string[] };

let world: World;
let number = 0;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

function newVisitor(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

async function askForLink(visitor: Visitor, email: string): Promise<Answer> {
  const signIn = await visitor.get(authorization(world).url);
  const form = await visitor.get(new URL(signIn.url.pathname.replace(/sign-in$/, 'sign-up'), signIn.url));
  return visitor.submit(form, { email });
}

/** One person's way to the terms; each stage is written down only when its answer has arrived. */
async function signUpAndTell(told: Told, email: string): Promise<void> {
  const visitor = newVisitor();
  await askForLink(visitor, email);
  told.asked.push(email);
  const activation = await visitor.get(await linkMailedTo(world, email, 'activate'));
  const strongAuth = await visitor.submit(activation, { password: goodPassword });
  if (stepOf(strongAuth) !== 'strong-auth') return;
  told.created.push(email);
  const linking = await identify(visitor, strongAuth, { person: newPerson(), name: 'Testi Henkilö' });
  const terms = await visitor.submit(linking, { answer: 'yes' });
  if (stepOf(terms) !== 'terms') return;
  told.linked.push(email);
  const welcome = await visitor.submit(terms, { answer: 'accept' });
  if (stepOf(welcome) === 'welcome') told.accepted.push(email);
}

/** Sign-ups until Avain is gone, at most so many: then each visitor's connection breaks. */
async function storm(told: Told): Promise<void> {
  for (let count = 0; count < mostSignUps; count += 1) {
    number += 1;
    const gone = await signUpAndTell(told, `storm-${number}@oma.example`).then(
      () => false,
      () => true,
    );
    if (gone) return;
  }
}

/** Kills at a random moment; `accepted`: not before somebody got as far as the terms, so that there is something to lose. */
async function killed(told: Told, accepted: number): Promise<void> {
  const { avain } = world;
  if (!avain) throw new Error('no Avain to kill');
  const visitors = Array.from({ length: visitorsAtOnce }, () => storm(told));
  const enough = told.created.length + 2 + Math.floor(Math.random() * 6);
  const deadline = Date.now() + longestStormMs;
  const tooSoon = (): boolean => told.created.length < enough || told.accepted.length < accepted;
  while (tooSoon() && Date.now() < deadline) await sleep(5);
  await sleep(Math.random() * 200);
  const exit = once(avain, 'exit');
  avain.kill('SIGKILL');
  await exit;
  await Promise.all(visitors);
}

const durable = (sql: string): string[] =>
  rowsIn(world.dataDir, 'avain.db', sql).map((row) => String(Object.values(row)[0]));

function expectWhole(): void {
  for (const file of ['avain.db', 'expiring.db'] as const) {
    expect(rowsIn(world.dataDir, file, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(rowsIn(world.dataDir, file, 'PRAGMA foreign_key_check')).toEqual([]);
  }
  // Every account has its address, its record, and the token that made it.
  const made = "SELECT id FROM accounts WHERE body ->> '$.importedFrom' IS NULL ORDER BY id";
  const seeded = durable("SELECT account_id FROM audit WHERE event = 'account.imported'");
  const accounts = durable(made).filter((id) => !seeded.includes(id));
  const records = durable("SELECT account_id FROM audit WHERE event = 'account.created' ORDER BY account_id");
  expect(records).toEqual(accounts);
  expect(countIn(world.dataDir, 'avain.db', 'SELECT count(*) FROM spent_tokens')).toBe(accounts.length);
  const linked = "SELECT id FROM accounts WHERE body ->> '$.identity' IS NOT NULL ORDER BY id";
  const linkRecords = durable("SELECT account_id FROM audit WHERE event = 'link-eid.linked' ORDER BY account_id");
  expect(linkRecords).toEqual(durable(linked).filter((id) => accounts.includes(id)));
  const evidence = durable('SELECT account_id FROM terms_evidence ORDER BY account_id');
  expect(durable("SELECT account_id FROM audit WHERE event = 'terms.accepted' ORDER BY account_id")).toEqual(evidence);
  // No link is marked spent that the durable file knows nothing of.
  const spent = "SELECT key FROM rows WHERE kind = 'link' AND body ->> '$.spentAt' IS NOT NULL";
  const tokens = new Set(durable('SELECT hash FROM spent_tokens'));
  expect(rowsIn(world.dataDir, 'expiring.db', spent).filter(({ key }) => !tokens.has(String(key)))).toEqual([]);
}

function expectFound({ created, linked, accepted }: Told): void {
  const emails = durable("SELECT body ->> '$.email' FROM accounts");
  expect(created.filter((email) => !emails.includes(email))).toEqual([]);
  const withIdentity = durable(
    "SELECT body ->> '$.email' FROM accounts JOIN identity_links ON account_id = id WHERE body ->> '$.identity' IS NOT NULL",
  );
  expect(linked.filter((email) => !withIdentity.includes(email))).toEqual([]);
  const withTerms = durable("SELECT body ->> '$.email' FROM accounts JOIN terms_evidence ON account_id = accounts.id");
  expect(accepted.filter((email) => !withTerms.includes(email))).toEqual([]);
}

/** Whoever waited for the mail goes on by it, or asks for another and goes on by that. */
async function expectWayOn(email: string): Promise<void> {
  const visitor = newVisitor();
  const first = await linkMailedTo(world, email, 'activate');
  let page = await visitor.get(first);
  if (page.status === 410) {
    await askForLink(visitor, email);
    page = await visitor.get(await linkMailedTo(world, email, 'activate', 2));
  }
  expect(page.status).toBe(200);
  const end = await visitor.submit(page, { password: goodPassword });
  expect([email, end.status]).toEqual([email, 200]);
}

test('nothing a person was told is lost, nothing is half done, and everybody can go on', async () => {
  const told: Told = { created: [], linked: [], accepted: [], asked: [] };
  for (let round = 0; round < kills; round += 1) {
    await killed(told, round === 0 ? 1 : 0);
    expectWhole();
    expectFound(told);
    await world.restartAvain({ signal: 'SIGKILL' });
  }
  expect(told.created.length).toBeGreaterThan(kills);
  expect(told.accepted.length).toBeGreaterThan(0);
  // Leases of mails and the minute between two mails are over.
  await world.restartAvain({ shiftMs: moreThanAMinute });
  const emails = durable("SELECT body ->> '$.email' FROM accounts");
  const waiting = told.asked.filter((email) => !emails.includes(email));
  for (const email of waiting) await expectWayOn(email);
  expectWhole();
}, 300_000);
