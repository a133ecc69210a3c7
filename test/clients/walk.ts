/** A person in front of a program that runs on a server: over HTTP, as a browser without scripts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { goodPassword } from '../../src/demo/personas.ts';
import { climbOn } from '../support/people.ts';
import { stepOf } from '../support/stories.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';
import type { ForeignClient, Trial } from './catalogue.ts';
import { navigate } from './navigate.ts';
import type { Witness } from './witness.ts';

/** Has an account, and accepted what there is to accept. */
export const person = { email: 'aino@oma.example', name: 'Aino Olivia Virtanen' };

export type Walk = {
  readonly client: ForeignClient;
  /** The program's own. */
  readonly origin: string;
  readonly witness: Witness;
};

/** Goes through sign-in and every trial of the client; throws at the first thing that is not so. */
export async function walkAtServer(walk: Walk): Promise<void> {
  const visitor = createVisitor({}, navigate);
  await signIn(walk, visitor);
  for (const trial of walk.client.trials) await trials[trial](walk, visitor);
}

type TrialWalk = (walk: Walk, visitor: Visitor) => Promise<void>;

const trials: Readonly<Record<Trial, TrialWalk>> = {
  userinfo: async ({ witness }) => {
    // Asked during the sign-in.
    expect(witness.seen()).toContainEqual(expect.objectContaining({ path: '/me', status: 200 }));
  },
  refresh: async (walk, visitor) => {
    const { witness } = walk;
    witness.seen();
    const before = await told(walk, visitor);
    // mod_auth_openidc counts the age of its token in whole seconds.
    await sleep(1_100);
    await visitor.get(addressOf(walk).refresh);
    expect(witness.seen()).toContainEqual(expect.objectContaining({ grant: 'refresh_token', status: 200 }));
    expect(whoIs(await told(walk, visitor))).toEqual(whoIs(before));
  },
  'sign-out': async (walk, visitor) => {
    const back = await confirmSignOut(visitor, await visitor.get(addressOf(walk).signOut));
    expect(back.url.origin).toBe(walk.origin);
    expect(await told(walk, visitor)).toBeNull();
    // At Avain too: a new sign-in begins with the address again.
    expect(stepOf(await visitor.get(addressOf(walk).signIn))).toBe('sign-in');
  },
  'back-channel sign-out': async (walk, visitor) => {
    await signIn(walk, visitor);
    await confirmSignOut(visitor, await visitor.get(new URL('/session/end', walk.witness.issuer)));
    for (let attempt = 0; (await told(walk, visitor)) !== null; attempt += 1) {
      if (attempt === 50) throw new Error(`${walk.client.name} never heard of the sign-out`);
      await sleep(100);
    }
  },
};

async function signIn(walk: Walk, visitor: Visitor): Promise<void> {
  expect(await told(walk, visitor)).toBeNull();
  walk.witness.seen();
  const begun = await visitor.get(addressOf(walk).signIn);
  expect([stepOf(begun), begun.url.origin]).toEqual(['sign-in', walk.witness.issuer]);
  const asked = await visitor.submit(begun, { email: person.email });
  const end = await climbOn(visitor, await visitor.submit(asked, { password: goodPassword }));
  if (end.url.origin !== walk.origin || end.status !== 200) {
    throw new Error(`ended at ${end.url.href} (${end.status}):\n${end.text.slice(0, 2_000)}`);
  }
  expect(await told(walk, visitor)).toMatchObject({ email: person.email, name: person.name });
}

async function confirmSignOut(visitor: Visitor, page: Answer): Promise<Answer> {
  return visitor.submit(page, { logout: 'yes' }, 'name="logout"');
}

/** The claims that the program shows; null where it shows none, as nobody is signed in. */
async function told(walk: Walk, visitor: Visitor): Promise<Record<string, unknown> | null> {
  const { text, status } = await visitor.get(addressOf(walk).claims);
  if (status !== 200 || !text.startsWith('{')) return null;
  // The recipes say what the page is.
  const { idToken, id_token: ofApache, userinfo } = JSON.parse(text) as Record<string, Record<string, unknown>>;
  return { ...idToken, ...ofApache, ...userinfo };
}

/** What a refresh never changes; the rest tells of the tokens. */
export function whoIs(claims: Record<string, unknown> | null): unknown {
  return { sub: claims?.['sub'], email: claims?.['email'], name: claims?.['name'] };
}

type Addresses = Readonly<Record<'claims' | 'signIn' | 'refresh' | 'signOut', string>>;

/** Every recipe has the same addresses, except that mod_auth_openidc keeps its own below its redirect URI. */
function addressOf({ client, origin }: Walk): Addresses {
  if (!client.needs?.includes('apache')) {
    return { claims: origin, signIn: `${origin}/login`, refresh: `${origin}/refresh`, signOut: `${origin}/logout` };
  }
  const redirectUri = `${origin}/callback`;
  return {
    claims: `${redirectUri}?info=json`,
    signIn: `${origin}/`,
    refresh: `${redirectUri}?info=json&access_token_refresh_interval=0`,
    signOut: `${redirectUri}?logout=${encodeURIComponent(`${origin}/signed-out.html`)}`,
  };
}
