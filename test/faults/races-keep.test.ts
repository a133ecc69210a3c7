/** The pages of a conflict, twenty times at once: one account is kept, under one address, and nobody sees a fault of ours. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rounds } from '../support/heavy.ts';
import { storedAccount } from '../support/inside.ts';
import { browser, type Conflict, signUpAgain, user } from '../support/keeping.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { linkMailedTo, noListener, stepOf } from '../support/stories.ts';
import type { Answer } from '../support/visitor.ts';
import { accountsOf, atOnce, auditSince, countIn, many, postForm, statuses } from './at-once.ts';

const repeats = rounds(1, 10);
let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const dispatcherOf = ({ url }: Answer): URL => new URL(url.pathname.split('/').slice(0, 3).join('/'), url);

/** At the page that asks whether to keep the other account. */
async function confirming(conflict: Conflict): Promise<Conflict> {
  return { ...conflict, page: await conflict.visitor.submit(conflict.page, { answer: 'keep' }) };
}

test('the last yes sent twenty times at once keeps the account once, and leads to the client', async () => {
  for (let round = 0; round < repeats; round += 1) {
    const old = await user(world);
    const { visitor, page, person } = await confirming(await signUpAgain(world, old));
    const records = auditSince(world);
    const answers = await atOnce(many, () => postForm(visitor, page, { answer: 'confirm' }));
    expect(statuses(answers)).toEqual({ 303: many });
    // One event, told for both accounts.
    expect(records()['account.absorbed']).toBe(2);
    expect([accountsOf(world, old.person.email), accountsOf(world, person.email)]).toEqual([0, 1]);
    const end = await visitor.get(dispatcherOf(page));
    // Finished by one of the twenty, or by this visit.
    expect(end.url.origin === noListener || end.status === 410).toBe(true);
  }
});

test('two browsers give one account their new addresses at the same moment: one does, the other sees the page as it is now', async () => {
  for (let round = 0; round < repeats; round += 1) {
    const old = await user(world);
    const both = [
      await confirming(await signUpAgain(world, old)),
      await confirming(await signUpAgain(world, old)),
    ] as const;
    const records = auditSince(world);
    const answers = await atOnce(many, (index) => {
      const { visitor, page } = both[index % 2] ?? both[0];
      return postForm(visitor, page, { answer: 'confirm' });
    });
    expect(statuses(answers)).toEqual({ 303: many });
    expect(records()['account.absorbed']).toBe(2);
    const winners = both.filter(({ person }) => storedAccount(world, person.email)?.identity);
    expect(winners).toHaveLength(1);
    const loser = both.find((each) => !winners.includes(each));
    const next = loser && (await loser.visitor.get(dispatcherOf(loser.page)));
    expect(next && stepOf(next)).toBe('link-eid');
    expect(next?.text).toContain('Henkilötunnuksesi on jo linkitetty toiseen tiliin');
    expect(next?.text).toContain('u***@oma.example');
  }
  const twice = `SELECT count(*) - count(DISTINCT fingerprint) FROM identity_links`;
  expect(countIn(world.dataDir, 'avain.db', twice)).toBe(0);
});

test('the old address is put back while another sign-up takes it: one has it, and nobody sees a fault', async () => {
  const old = await user(world);
  const conflict = await confirming(await signUpAgain(world, old));
  await conflict.visitor.submit(conflict.page, { answer: 'confirm' });
  await world.restartAvain({ shiftMs: 61_000 });
  const { email } = old.person;
  const newcomer = browser();
  const signIn = await newcomer.get(`${dispatcherOf(await newcomer.get(old.request.url)).href}/sign-up`);
  await newcomer.submit(signIn, { email });
  const activation = await newcomer.get(await linkMailedTo(world, email, 'activate', 4));
  const owner = browser();
  const undo = await owner.get(await linkMailedTo(world, email, 'undo-address', 4));
  const answers = await Promise.all([
    postForm(newcomer, activation, { password: 'Kesämökki#2024' }),
    postForm(owner, undo, {}),
  ]);
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  expect(accountsOf(world, email)).toBe(1);
  await world.restartAvain();
});
