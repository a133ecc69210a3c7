/** Stories of people who do not remember their address, or have lost its mailbox. */
import type { Person } from './people.ts';
import type { World } from './start-world.ts';
import { authorization, identify, linkMailedTo } from './stories.ts';
import type { Answer, Visitor } from './visitor.ts';

export const doorOf = (page: Answer, name: string): URL => new URL(page.url.pathname.replace(/[^/]+$/, name), page.url);

/** From the client to the page that says which account the identified person has. */
export async function find(
  world: World,
  visitor: Visitor,
  { identityCode, name }: Pick<Person, 'identityCode' | 'name'>,
  start: URL = authorization(world).url,
): Promise<Answer> {
  const page = await visitor.get(doorOf(await visitor.get(start), 'find-account'));
  return identify(visitor, page, { person: identityCode, name });
}

/** On to the page that says where the link to the new mailbox went. */
export async function askNewMailbox(visitor: Visitor, found: Answer, email: string): Promise<Answer> {
  return visitor.submit(await visitor.submit(found, { answer: 'lost' }, 'lost-hint'), { email });
}

/** All of it, in this browser: the waiting time has begun. Returns the page that says so. */
export async function loseMailbox(
  world: World,
  visitor: Visitor,
  person: Pick<Person, 'identityCode' | 'name'>,
  email: string,
): Promise<Answer> {
  await askNewMailbox(visitor, await find(world, visitor, person), email);
  return visitor.submit(await visitor.get(await linkMailedTo(world, email, 'new-mailbox')), {});
}
