/** The parts that stories below /account are told with. */
import { becomeUser, newPerson, type Person } from '../support/people.ts';
import type { World } from '../support/start-world.ts';
import { type Authorization, authorization, noListener, signInWithPassword } from '../support/stories.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36';
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';

export const browser = (userAgent = chrome): Visitor => {
  const visitor = createVisitor({ accept: 'text/html', 'user-agent': userAgent });
  visitor.unvisited.add(noListener);
  return visitor;
};
export const otherBrowser = (): Visitor => browser(firefox);

export const at = (world: World, visitor: Visitor, path: string): Promise<Answer> =>
  visitor.get(new URL(path, world.issuer));

export type SignedUp = {
  readonly person: Person;
  readonly visitor: Visitor;
  readonly request: Authorization;
  /** At the client's callback. */
  readonly end: Answer;
};

/** Somebody with an account, a linked identity and this password, signed in at the client `test-web` in this browser. */
export async function newUser(world: World): Promise<SignedUp> {
  const [visitor, person] = [browser(), newPerson('oma')];
  const request = authorization(world, { scope: 'openid email profile offline_access' });
  return { person, visitor, request, end: await becomeUser(world, visitor, request.url, person) };
}

/** The same person at the same client in another browser, by the password alone. */
export async function signInElsewhere(world: World, { person }: SignedUp, password?: string) {
  const visitor = otherBrowser();
  const request = authorization(world, { scope: 'openid email profile offline_access' });
  const end = await signInWithPassword(visitor, await visitor.get(request.url), person.email, password);
  return { visitor, request, end };
}
