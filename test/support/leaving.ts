/** Stories of people who change the address of their account, or end it. */
import type { User } from './keeping.ts';
import type { Site } from './start-world.ts';
import type { Answer } from './visitor.ts';

type Owner = Pick<User, 'visitor'>;

/** Asks for the account's deletion; ends on the page that says that it waits. */
export async function askDeletion(world: Site, { visitor }: Owner): Promise<Answer> {
  const page = await visitor.get(new URL('/account/delete', world.issuer));
  return visitor.submit(page, { action: 'delete' });
}

/** Asks for another address; ends on the same page. */
export async function askAddress(world: Site, { visitor }: Owner, address: string): Promise<Answer> {
  const page = await visitor.get(new URL('/account/email', world.issuer));
  return visitor.submit(page, { action: 'ask', email: address }, 'name="email"');
}
