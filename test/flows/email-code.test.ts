import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { auditOf, storedAccount } from '../support/inside.ts';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { climbOn, newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import {
  authorization,
  codeMailedTo,
  goodPassword,
  identify,
  linkMailedTo,
  mailsTo,
  noListener,
  signInWithPassword,
  stepOf,
} from '../support/stories.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

const minuteMs = 60_000;

// Counts per day as production has them (development multiplies them by a hundred), but nobody waits a minute.
const asInProduction = `
limits:
  developmentFactor: 1
  mail: { intervalSeconds: 1, perAddressPerHour: 100, perAddressPerDay: 100, perNetworkPerHour: 1000 }
  codes: { resendIntervalSeconds: 1 }
`;

let world: World;
let impatient: OwnConfig;
beforeAll(async () => {
  impatient = await ownConfig((yaml) => `${yaml}${asInProduction}`);
  world = await startWorld();
});
afterAll(async () => {
  await world.stop();
  await impatient.remove();
});

function browser(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

/** Activated elsewhere, so that the code is asked; at the page, with the first code on its way. */
async function atCode(person = newPerson()) {
  const desk = browser();
  const visitor = browser();
  const signIn = await desk.get(authorization(world).url);
  await desk.submit(await desk.get(signIn.url.href.replace('/sign-in', '/sign-up')), { email: person.email });
  await visitor.submit(await visitor.get(await linkMailedTo(world, person.email, 'activate')), {
    password: goodPassword,
  });
  const strongAuth = await visitor.get(authorization(world).url);
  const page = await identify(visitor, strongAuth, { person: person.identityCode, name: person.name });
  expect(stepOf(page)).toBe('email-code');
  return { person, visitor, page, code: await codeMailedTo(world, person.email, 2) };
}

const wrongOf = (code: string, by = 1): string => String((Number(code) + by) % 1_000_000).padStart(6, '0');
const resend = (visitor: Visitor, page: Answer) => visitor.submit(page, { action: 'resend' }, 'value="resend"');

test('what is no code is told apart from a wrong one; spaces and dashes are forgiven', async () => {
  const { visitor, page, code } = await atCode();
  for (const [typed, said] of [
    ['', 'Kirjoita turvakoodi'],
    ['12345', 'Turvakoodissa on kuusi numeroa'],
    ['abcdef', 'Turvakoodissa on kuusi numeroa'],
    [wrongOf(code), 'Turvakoodi on väärin. Voit yrittää vielä 4 kertaa'],
  ] as const) {
    const refused = await visitor.submit(page, { code: typed });
    expect([refused.status, refused.text.includes(said)]).toEqual([422, true]);
  }
  const spaced = ` ${code.slice(0, 3)} ${code.slice(3, 4)}–${code.slice(4)} `;
  expect(stepOf(await visitor.submit(page, { code: spaced }))).toBe('link-eid');
});

test('a reload of the page sends no second code', async () => {
  const { visitor, page, code, person } = await atCode();
  for (let times = 0; times < 3; times += 1) await visitor.get(page.url);
  expect(auditOf(world, person.email).filter((event) => event === 'email-code.sent')).toHaveLength(1);
  expect(stepOf(await visitor.submit(page, { code }))).toBe('link-eid');
});

test('the fifth wrong code ends the challenge: then not even the right one works', async () => {
  const { visitor, page, code, person } = await atCode();
  for (let times = 1; times <= 5; times += 1) {
    const refused = await visitor.submit(page, { code: wrongOf(code, times) });
    const said = times < 5 ? `vielä ${5 - times} ker` : 'liian monta kertaa';
    expect([times, refused.status, refused.text.includes(said)]).toEqual([times, 422, true]);
  }
  const late = await visitor.submit(page, { code });
  expect([late.status, stepOf(late)]).toEqual([422, 'email-code']);
  expect(storedAccount(world, person.email)?.identity).toBeNull();
});

test('a code of another journey, browser or account never works', async () => {
  const mine = await atCode();
  const other = await atCode();
  const refused = await mine.visitor.submit(mine.page, { code: other.code === mine.code ? '000000' : other.code });
  expect(refused.status).toBe(422);
  // A second journey of the same account, in another browser, has a challenge of its own, at most one mail a minute.
  const elsewhere = browser();
  const strongAuth = await signInWithPassword(
    elsewhere,
    await elsewhere.get(authorization(world).url),
    mine.person.email,
  );
  const { identityCode, name } = mine.person;
  const page = await identify(elsewhere, strongAuth, { person: identityCode, name });
  expect(stepOf(page)).toBe('email-code');
  expect((await elsewhere.submit(page, { code: mine.code })).status).toBe(422);
  expect(stepOf(await mine.visitor.submit(mine.page, { code: mine.code }))).toBe('link-eid');
});

test('another code within the minute is refused with the time to wait', async () => {
  const { visitor, page } = await atCode();
  const early = await resend(visitor, page);
  expect(early.status).toBe(429);
  expect(early.text).toMatch(/Voit yrittää uudelleen \d+ sekunnin/);
});

test('after a resend both codes work for their own ten minutes, and share one count of wrong tries', async () => {
  const first = await atCode();
  const second = await atCode();
  await world.restartAvain({ shiftMs: 2 * minuteMs });
  for (const { visitor, page } of [first, second]) {
    const resent = await resend(visitor, page);
    expect(resent.text).toContain('Lähetimme uuden koodin');
  }
  const newer = await codeMailedTo(world, second.person.email, 3);
  expect(newer).not.toBe(second.code);
  for (let times = 1; times <= 2; times += 1) {
    await second.visitor.submit(second.page, { code: wrongOf(newer, times) });
  }
  const third = await second.visitor.submit(second.page, { code: wrongOf(newer, 3) });
  expect(third.text).toContain('vielä 2 kertaa');
  // The code before the resend, still within its own life.
  expect(stepOf(await first.visitor.submit(first.page, { code: first.code }))).toBe('link-eid');
  await world.restartAvain({ shiftMs: 11 * minuteMs });
  const dead = await second.visitor.submit(second.page, { code: second.code });
  expect(dead.status).toBe(422);
  expect(stepOf(await second.visitor.submit(second.page, { code: newer }))).toBe('link-eid');
  await world.restartAvain();
});

test('a code lives ten minutes; the page says so and sends another, with the address kept', async () => {
  const { visitor, page, code, person } = await atCode();
  await world.restartAvain({ shiftMs: 11 * minuteMs });
  const expired = await visitor.submit(page, { code });
  expect([expired.status, expired.text.includes('Turvakoodi on vanhentunut')]).toEqual([422, true]);
  expect(expired.text).toContain(person.email);
  const fresh = await resend(visitor, page);
  expect(fresh.text).toContain('Lähetimme uuden koodin');
  const link = await visitor.submit(fresh, { code: await codeMailedTo(world, person.email, 3) });
  expect(stepOf(link)).toBe('link-eid');
  expect((await climbOn(visitor, link)).url.origin).toBe(noListener);
  await world.restartAvain();
});

describe('with a second for a minute', () => {
  beforeAll(() => world.restartAvain({ env: impatient.env }));
  const aMoment = () => sleep(1_100);

  test('after three resends the page names how long to wait', async () => {
    const { visitor, page, person } = await atCode();
    for (let times = 1; times <= 3; times += 1) {
      await aMoment();
      expect((await resend(visitor, page)).status).toBe(200);
      await codeMailedTo(world, person.email, 2 + times);
    }
    await aMoment();
    expect((await resend(visitor, page)).status).toBe(429);
  });

  test('wrong codes are summed over all challenges of an account: the twentieth ends it for the day', async () => {
    const { person, visitor, page: first, code: firstCode } = await atCode();
    let [page, code] = [first, firstCode];
    for (let challenge = 1; challenge <= 4; challenge += 1) {
      for (let times = 1; times <= 5; times += 1) await visitor.submit(page, { code: wrongOf(code, times) });
      if (challenge === 4) break;
      await aMoment();
      page = await resend(visitor, page);
      code = await codeMailedTo(world, person.email, 2 + challenge);
    }
    const shut = await visitor.submit(page, { code });
    expect(shut.status).toBe(429);
    expect(shut.text).toContain('ota yhteyttä asiakaspalveluun');
    const elsewhere = browser();
    const strongAuth = await signInWithPassword(elsewhere, await elsewhere.get(authorization(world).url), person.email);
    const told = await identify(elsewhere, strongAuth, { person: person.identityCode, name: person.name });
    expect([told.status, stepOf(told)]).toEqual([429, 'email-code']);
    // The mail of the sign-up, four codes, and the notice, once.
    const subjects = (await mailsTo(world, person.email, 6)).map(({ subject }) => subject);
    expect(subjects.filter((subject) => subject === 'Tilillesi annettiin vääriä koodeja')).toHaveLength(1);
    expect(subjects[0]).toBe('Tilillesi annettiin vääriä koodeja');
  });
});
