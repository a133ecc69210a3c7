/** People who run Avain, in a browser without scripts. */
import { changeAccount } from '../../support/inside.ts';
import type { World } from '../../support/start-world.ts';
import { identify, noListener, signInWithPassword } from '../../support/stories.ts';
import { type Answer, createVisitor, type Visitor } from '../../support/visitor.ts';

export const hoitaja = { email: 'hoitaja@oma.example', identityCode: '150482-909C' } as const;
export const aino = { email: 'aino@oma.example', identityCode: '131189Y902A' } as const;
export const kunta = { email: 'kunta@oma.example', identityCode: '080675-908M' } as const;

export const browser = (): Visitor => {
  const visitor = createVisitor({ accept: 'text/html' });
  visitor.unvisited.add(noListener);
  return visitor;
};

export const at = (world: World, visitor: Visitor, path: string): Promise<Answer> =>
  visitor.get(new URL(path, world.issuer));

/** By password and at the bank, to the page that was wanted. */
export async function signInAtAdmin(
  world: World,
  { email, identityCode }: { readonly email: string; readonly identityCode: string },
  path = '/admin',
): Promise<{ readonly visitor: Visitor; readonly page: Answer }> {
  const visitor = browser();
  const strongAuth = await signInWithPassword(visitor, await at(world, visitor, path), email);
  return { visitor, page: await identify(visitor, strongAuth, { person: identityCode }) };
}

export const giveRole = (world: World, email: string, adminRole: 'operator' | 'support' | 'auditor' | null): void =>
  changeAccount(world, email, { adminRole });
