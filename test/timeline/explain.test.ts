/** "Why can't Aino sign in?": people get stuck in the demo world's ways, and `avain explain` says where and why. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runAvain } from '../cli/avain.ts';
import { auditOf, storedAccount } from '../support/inside.ts';
import { browser, user } from '../support/keeping.ts';
import { newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  codeMailedTo,
  goodPassword,
  identify,
  linkMailedTo,
  mailsTo,
  signInWithPassword,
  signUp,
  stepOf,
} from '../support/stories.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

let world: World;
let printed = '';
beforeAll(async () => {
  world = await startWorld();
  for (const stream of [world.avain?.stdout, world.avain?.stderr]) {
    stream?.on('data', (chunk) => {
      printed += String(chunk);
    });
  }
});
afterAll(() => world?.stop());

/** Everything that `explain` has printed, to be searched at the end. */
let told = '';

type Told = { status: number | null; why: string; text: string };

function explain(...args: string[]): Told {
  const { status, out, told: refused } = runAvain(['explain', ...args], world.env);
  told += out + refused;
  return { status, why: /^Why {8}(.*)$/m.exec(out)?.[1] ?? refused, text: out };
}

/** Until the reason is that one: mails go out beside the pages. */
async function explained(who: string, why: RegExp): Promise<Told> {
  for (let tries = 0; tries < 20; tries += 1) {
    const now = explain(who);
    if (why.test(now.why)) return now;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return explain(who);
}

const moment = String.raw`\d{1,2} \w+ \d{4} at \d{1,2}[.:]\d\d`;
const said = (words: string) => new RegExp(`^${words.replaceAll('AT', moment)}$`);

async function askSignUp(visitor: Visitor, email: string): Promise<Answer> {
  const signIn = await visitor.get(authorization(world).url);
  const form = await visitor.get(new URL(signIn.url.pathname.replace(/sign-in$/, 'sign-up'), signIn.url));
  return visitor.submit(form, { email });
}

test('a sign-up whose mail bounced: the mailbox does not exist', async () => {
  const { email } = newPerson('olematon');
  await askSignUp(browser(), email);
  const { status, why, text } = await explained(email, /does not exist/);
  expect(why).toMatch(
    said(
      String.raw`The mailbox does not exist: the receiving server refused the message \(the link to activate the account\) on AT. Its answer was refused 550 5.1.1.`,
    ),
  );
  expect(status).toBe(0);
  expect(text).toMatch(/test-web {6}An account was asked for$/m);
  expect(text).not.toContain(email);
});

test('a link that only a scanner opened, then its person, and a form that was not good enough', async () => {
  const { email } = newPerson('skannattu');
  const visitor = browser();
  await askSignUp(visitor, email);
  const link = await linkMailedTo(world, email, 'activate');
  expect((await explained(email, /has not been opened/)).why).toMatch(
    /^The mail server took the message .* Its link has not been opened\.$/,
  );
  for (let again = 0; again < 5; again += 1)
    await fetch(link, { redirect: 'manual', headers: { 'user-agent': 'Scanner' } });
  await fetch(link, { method: 'HEAD', redirect: 'manual' });
  const scanned = explain(email);
  expect(scanned.why).toMatch(
    said(
      'The link in the email was opened on AT by a program, perhaps a scanner of mail. No person has come to its page.',
    ),
  );
  expect(scanned.text.match(/A program opened the link/g)).toHaveLength(1);
  expect(scanned.text).toMatch(/A program opened the link in the email: by program, state live, secondsAfterMail \d/);
  const page = await visitor.get(link, { 'user-agent': 'Mozilla/5.0 (X11; Linux x64; rv:140.0) Gecko Firefox/140.0' });
  expect(explain(email).why).toMatch(/^The page behind the link in the email was open/);
  await visitor.submit(page, { password: 'heikko' });
  expect(explain(email).why).toMatch(/^The form on the page of the link was sent on .* but not accepted/);
});

test('wrong passwords until a wait begins, and an address that nobody has', async () => {
  const { person } = await user(world);
  const visitor = browser();
  const page = await visitor.submit(await visitor.get(authorization(world).url), { email: person.email });
  await visitor.submit(page, { password: 'Väärä#Salasana1' });
  await visitor.submit(page, { password: 'Väärä#Salasana1' });
  expect(explain(person.email).why).toMatch(said('A wrong password was typed 2 times, the last on AT.'));
  for (let tries = 0; tries < 10; tries += 1) await visitor.submit(page, { password: 'Väärä#Salasana1' });
  expect(explain(person.email).why).toMatch(/^Too many wrong passwords were typed\. The next one counts from/);
  const stranger = newPerson('tuntematon').email;
  expect(explain(stranger)).toMatchObject({ status: 1, why: 'Nothing is known of this.' });
  await signInWithPassword(visitor, await visitor.get(authorization(world).url), stranger);
  expect(explain(stranger).why).toMatch(
    said('The address has no account. A password was typed for it 1 time, the last on AT.'),
  );
});

test('the bank said no three times, and a bank that was never come back from', async () => {
  const [person, visitor] = [newPerson('pankki'), browser()];
  let page = await signUp(world, visitor, authorization(world).url, person.email);
  expect(stepOf(page)).toBe('strong-auth');
  expect(explain(person.email).why).toMatch(/^Strong identification was asked for on .* and has not been begun\.$/);
  for (let tries = 0; tries < 3; tries += 1) page = await identify(visitor, page, { fail: 'leave' });
  expect(explain(person.email).why).toMatch(
    said(String.raw`Strong identification failed 3 times, the last on AT \(cancelled\).`),
  );
});

test('not on the roster; closed by an administrator, and opened again', async () => {
  const { person } = await user(world);
  const visitor = browser();
  const request = authorization(world, { client_id: 'test-roster', scope: 'openid email' });
  const refused = await signInWithPassword(visitor, await visitor.get(request.url), person.email);
  expect(stepOf(refused)).toBe('not-authorised');
  expect(explain(person.email).why).toMatch(
    said('Testi luettelo lets in only people on its list, and this person is not on it. It refused on AT.'),
  );
  const words = ['--by', 'Maija Tuki', '--reason', 'case 4711'];
  expect(runAvain(['account', 'bar', person.email, ...words], world.env).status).toBe(0);
  const { why, text } = explain(person.email);
  expect(why).toMatch(said('An administrator closed the account on AT.'));
  expect(text).toMatch(/The account was closed by an administrator: by Maija Tuki, reason case 4711/);
  expect(runAvain(['account', 'unbar', person.email, ...words], world.env).status).toBe(0);
  expect(explain(person.email).why).toMatch(/^All is well: the last sign-in was on/);
});

test('codes that were sent and not typed, then typed wrong', async () => {
  const person = newPerson('koodit');
  const [first, phone] = [browser(), browser()];
  await askSignUp(first, person.email);
  // Opened elsewhere: before the linking the mailbox is proved in the browser that links.
  const activated = await phone.get(await linkMailedTo(world, person.email, 'activate'));
  await phone.submit(activated, { password: goodPassword });
  const visitor = browser();
  const strongAuth = await signInWithPassword(visitor, await visitor.get(authorization(world).url), person.email);
  const page = await identify(visitor, strongAuth, { person: person.identityCode, name: person.name });
  expect(stepOf(page)).toBe('email-code');
  await mailsTo(world, person.email, 2);
  expect(explain(person.email).why).toMatch(
    said('A security code is waited for. 1 code was sent, the last on AT, and none was typed.'),
  );
  const code = await codeMailedTo(world, person.email, 2);
  await visitor.submit(page, { code: code === '111111' ? '222222' : '111111' });
  expect(explain(person.email).why).toMatch(said('A wrong security code was typed 1 time, the last on AT.'));
});

test('the reference of an error page leads to what happened, and to whose sign-in it was', async () => {
  const { person, visitor } = await user(world);
  const page = await visitor.submit(await visitor.get(authorization(world, { prompt: 'login' }).url), {
    email: person.email,
  });
  await visitor.submit(page, { password: 'Väärä#Salasana1' });
  const bad = await visitor.post(page.url, { password: goodPassword, csrf: 'not ours' });
  const reference = /Virhetunnus: ([0-9a-f]{12})/.exec(bad.text)?.[1] ?? '';
  const { status, text } = explain(reference);
  expect(status).toBe(0);
  expect(text).toMatch(/^Error page 403 \S+, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d test-web$/m);
  expect(text).toMatch(/A wrong password was typed/);
  const gone = await visitor.get(`${world.issuer}/interaction/ei-ole`);
  const other = /Virhetunnus: ([0-9a-f]{12})/.exec(gone.text)?.[1] ?? '';
  expect(explain(other)).toMatchObject({ status: 0, text: expect.stringContaining('Error page 410 interaction-gone') });
  expect(explain('0123456789ab')).toMatchObject({ status: 1, why: 'Nothing is known of this.' });
});

test('all is well; who asked is in the audit log, as a program is told; and nothing secret or personal was printed', async () => {
  const { person } = await user(world);
  const id = storedAccount(world, person.email)?.id ?? '';
  expect(explain(id, '--by', 'Maija Tuki').why).toMatch(/^All is well: the last sign-in was on/);
  const json = JSON.parse(explain(person.email, '--json').text);
  expect(json).toMatchObject({ found: true, accountId: id, verdict: { name: 'all-well' }, shown: null });
  expect(json.entries.at(-1)).toMatchObject({ event: 'timeline.read', actor: 'operator:Maija Tuki', source: 'audit' });
  expect(json.entries.map(({ at }: { at: string }) => at)).toEqual(
    json.entries.map(({ at }: { at: string }) => at).toSorted(),
  );
  expect(auditOf(world, person.email).filter((event) => event === 'timeline.read')).toHaveLength(2);
  expect(explain(person.email, '--since', '2099-01-01').text).not.toContain('Signed in');
  expect(explain(person.email, '--since', 'eilen')).toMatchObject({
    status: 1,
    why: '--since: a day, as 2026-11-23.\n',
  });
  const code = new RegExp(person.identityCode);
  for (const text of [told, printed]) {
    expect(text).not.toMatch(code);
    expect(text).not.toMatch(/-\d+@oma\.example/);
    expect(text).not.toContain(goodPassword);
    expect(text).not.toMatch(/token=/);
  }
  const trails = new DatabaseSync(join(world.dataDir, 'expiring.db'), { readOnly: true });
  const kept = trails.prepare("SELECT key, body FROM rows WHERE kind = 'trail'").all();
  trails.close();
  expect(kept.length).toBeGreaterThan(5);
  expect(JSON.stringify(kept)).not.toMatch(/oma\.example|Sukunimi/);
});

test('a sign-in as usual leaves no trail', async () => {
  const { person, visitor } = await user(world);
  const count = () => {
    const database = new DatabaseSync(join(world.dataDir, 'expiring.db'), { readOnly: true });
    const rows = database.prepare("SELECT sum(length(body)) AS bytes FROM rows WHERE kind = 'trail'").get();
    database.close();
    return rows?.['bytes'];
  };
  const before = count();
  const other: Visitor = createVisitor();
  other.unvisited.add('https://client.example');
  const end = await signInWithPassword(other, await other.get(authorization(world).url), person.email);
  expect(end.url.searchParams.has('code')).toBe(true);
  expect((await visitor.get(authorization(world).url)).url.searchParams.has('code')).toBe(true);
  expect(count()).toBe(before);
});
