/** People of the stories: as many as a test wants, each with an address and an identity code nobody else has. */
import { randomInt } from 'node:crypto';
import type { Site } from './start-world.ts';
import { identify, signUp, stepOf } from './stories.ts';
import type { Answer, Visitor } from './visitor.ts';

export type Person = { readonly email: string; readonly identityCode: string; readonly name: string };

const checkCharacters = '0123456789ABCDEFHJKLMNPRSTUVWXY';

/** An individual number of 900–999 is never given to anybody real; the broker lets such people be invented. */
export function inventedIdentityCode(): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const date = two(randomInt(1, 29)) + two(randomInt(1, 13)) + two(randomInt(40, 99));
  const number = String(randomInt(910, 1000));
  return `${date}-${number}${checkCharacters[Number(date + number) % 31]}`;
}

/** `key` shows in failures; the rest of the address makes it nobody else's. */
export function newPerson(key = 'testi'): Person {
  const email = `${key}-${randomInt(1_000_000_000)}@oma.example`;
  return { email, identityCode: inventedIdentityCode(), name: 'Testi Sukunimi' };
}

/** Goes on from strong-auth: identification, linking, terms, welcome, whichever of them show, up to the client's callback. */
export async function climbAs(visitor: Visitor, strongAuth: Answer, person: Person): Promise<Answer> {
  const { identityCode, name } = person;
  return climbOn(visitor, await identify(visitor, strongAuth, { person: identityCode, name }));
}

const answers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'link-eid': { answer: 'yes' },
  terms: { answer: 'accept' },
  consent: { answer: 'allow' },
  welcome: {},
};

/** Says yes to every page that only wants a yes. */
export async function climbOn(visitor: Visitor, page: Answer): Promise<Answer> {
  let at = page;
  for (let steps = 0; steps < 6; steps += 1) {
    const yes = at.status === 200 ? answers[stepOf(at)] : undefined;
    if (yes === undefined || visitor.unvisited.has(at.url.origin)) return at;
    at = await visitor.submit(at, yes);
  }
  throw new Error(`still at ${at.url.pathname}`);
}

/** Somebody who has done the whole of a new user's journey in this browser, up to the client's callback. */
export async function becomeUser(world: Site, visitor: Visitor, start: URL, person: Person): Promise<Answer> {
  return climbAs(visitor, await signUp(world, visitor, start, person.email), person);
}
