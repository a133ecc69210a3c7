/** Stories of people who have an account already and sign up once more under another address. */
import { becomeUser, climbOn, newPerson, type Person } from './people.ts';
import type { World } from './start-world.ts';
import { type Authorization, authorization, identify, noListener, signUp } from './stories.ts';
import { type Answer, createVisitor, type Visitor } from './visitor.ts';

export function browser(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

/** Somebody with an account in use, signed in in `visitor`. */
export type User = {
  readonly person: Person;
  readonly visitor: Visitor;
  readonly request: Authorization;
  readonly end: Answer;
};

export async function user(world: World): Promise<User> {
  const [visitor, person] = [browser(), newPerson('entinen')];
  const request = authorization(world, { scope: 'openid email profile offline_access' });
  return { visitor, person, request, end: await becomeUser(world, visitor, request.url, person) };
}

export type Conflict = {
  readonly visitor: Visitor;
  /** The same person under a new address. */
  readonly person: Person;
  readonly request: Authorization;
  readonly page: Answer;
};

/** The same person signs up again with another address: at the page of the conflict. */
export async function signUpAgain(world: World, { person: { identityCode, name } }: User): Promise<Conflict> {
  const [visitor, person] = [browser(), { ...newPerson('uusi-osoite'), identityCode, name }];
  const request = authorization(world);
  const strongAuth = await signUp(world, visitor, request.url, person.email);
  return { visitor, person, request, page: await identify(visitor, strongAuth, { person: identityCode, name }) };
}

/** To the confirmation and through it, up to the client. */
export async function keep({ visitor, page }: Conflict): Promise<Answer> {
  const confirmation = await visitor.submit(page, { answer: 'keep' });
  return climbOn(visitor, await visitor.submit(confirmation, { answer: 'confirm' }));
}
