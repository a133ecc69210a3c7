/**
 * The draw stands whatever a person does to throw it again: sign-ins are begun over and over, in private windows, for
 * other clients, cancelled, and with the process ended five times in between. `AVAIN_HEAVY=1`: a thousand of them.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.ts';
import type { AccountId } from '../../src/ids.ts';
import { type AccountDice, accountDice } from '../../src/journey/step-up.ts';
import { keyringOf } from '../../src/keys/keyring-of.ts';
import { rounds } from '../support/heavy.ts';
import { auditOf, changeAccount, storedAccount } from '../support/inside.ts';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { becomeUser, newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, noListener, signInWithPassword, stepOf } from '../support/stories.ts';
import { errorOf } from '../support/tokens.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

const root = join(import.meta.dirname, '../..');
const dayMs = 86_400_000;
const hourMs = 3_600_000;

let world: World;
let config: OwnConfig;
beforeAll(async () => {
  // No mails about each new window, and no draws yet.
  config = await ownConfig((yaml) =>
    yaml.replace('newDevice: notice ', 'newDevice: off ').replaceAll('rate: 0.05 ', 'rate: 0 '),
  );
  world = await startWorld({ chance: 'policy', env: config.env });
});
afterAll(async () => {
  await world.stop();
  await config.remove();
});

function browser(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

type Known = { readonly email: string; readonly dice: AccountDice };

/** Somebody who identified long enough ago to be drawn, and the account's own dice, made of the world's keys. */
async function becomeKnown(): Promise<Known> {
  const person = newPerson();
  await becomeUser(world, browser(), authorization(world).url, person);
  changeAccount(world, person.email, { identifiedAt: Date.now() - 3 * dayMs });
  const { secrets } = await loadConfig({ env: world.env, root });
  const id = storedAccount(world, person.email)?.id as AccountId;
  return { email: person.email, dice: accountDice(keyringOf(secrets), id) };
}

const windowAt = ({ dice }: Known, now: number) => Math.floor((now + dice.offsetMs()) / dayMs);

/** A time to move to at which nobody's day ends for two hours. */
function quietShift(people: readonly Known[]): number {
  const shift = Array.from({ length: 48 }, (_, half) => (half * hourMs) / 2).find((ms) =>
    people.every((one) => windowAt(one, Date.now() + ms) === windowAt(one, Date.now() + ms + 2 * hourMs)),
  );
  if (shift === undefined) throw new Error('some day ends at every time');
  return shift;
}

async function beginSignIn(email: string, count: number): Promise<Answer> {
  const visitor = browser();
  const client: Record<string, string> = count % 3 === 0 ? { client_id: 'test-public', scope: 'openid' } : {};
  const page = await visitor.get(authorization(world, client).url);
  const next = await signInWithPassword(visitor, page, email);
  if (count % 5 === 0 && stepOf(next) === 'strong-auth') {
    expect(stepOf(await visitor.get(next.url))).toBe('strong-auth');
    expect(errorOf(await visitor.submit(next, {}, 'id="cancel"'))).toBe('access_denied');
  }
  return next;
}

test('sign-ins begun again and again, with five restarts among them, have one answer for each account', async () => {
  const people = await Promise.all(Array.from({ length: 4 }, becomeKnown));
  const shiftMs = quietShift(people);
  const shareOf = (one: Known) => one.dice.share('identification', windowAt(one, Date.now() + shiftMs));
  // A rate between them, so that the draw asks two of the four and lets two in.
  const [, lower = 0, upper = 0] = people.map(shareOf).sort((a, b) => a - b);
  const file = join(config.dir, 'avain.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace('rate: 0 ', `rate: ${(lower + upper) / 2} `));
  await world.restartAvain({ shiftMs });

  const answers = people.map(() => new Set<string>());
  const begun = rounds(120, 1_000);
  const restarts = 5;
  const part = Math.ceil(begun / (restarts + 1));
  for (let from = 0; from < begun; from += part) {
    if (from > 0) await world.restartAvain({ shiftMs, signal: (from / part) % 2 === 0 ? 'SIGTERM' : 'SIGKILL' });
    let next = from;
    const visitor = async () => {
      for (let count = next++; count < Math.min(from + part, begun); count = next++) {
        const who = count % people.length;
        const page = await beginSignIn(people[who]?.email ?? '', count);
        answers[who]?.add(page.url.origin === noListener ? 'in' : stepOf(page));
      }
    };
    await Promise.all([visitor(), visitor(), visitor(), visitor()]);
  }
  const expected = people.map((one) => [shareOf(one) < (lower + upper) / 2 ? 'strong-auth' : 'in']);
  expect(answers.map((answer) => [...answer])).toEqual(expected);
  expect(expected.flat().sort()).toEqual(['in', 'in', 'strong-auth', 'strong-auth']);
  // One throw, one record, however often the sign-in was begun.
  const drawn = people.map(({ email }) => auditOf(world, email).filter((event) => event === 'step-up.drawn').length);
  expect(drawn).toEqual(expected.map(([answer]) => (answer === 'in' ? 0 : 1)));
}, 900_000);
