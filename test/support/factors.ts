/** Second factors of the stories' people: an authenticator app as a phone would have it, and the pages to add it on. */
import { generateSync } from 'otplib/functional';
import { becomeUser, newPerson, type Person } from './people.ts';
import type { Site } from './start-world.ts';
import { authorization, noListener } from './stories.ts';
import { type Answer, createVisitor, type Visitor } from './visitor.ts';

const stepMs = 30_000;

/** What the app shows, `steps` of 30 seconds from now. */
export function appCode(secret: string, steps = 0, now = Date.now()): string {
  return generateSync({ secret, epoch: Math.floor((now + steps * stepMs) / 1_000) });
}

export const accountPage = (world: Site, visitor: Visitor, path = ''): Promise<Answer> =>
  visitor.get(new URL(`/account${path}`, world.issuer));

/** As somebody reads it off the page, to type it into the app. */
export function secretOn(page: Answer): string {
  return (/<code[^>]*>([A-Z2-7 ]+)<\/code>/.exec(page.text)?.[1] ?? '').replaceAll(' ', '');
}

export type App = {
  /** As typed into the app. */
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  /** The page after it. */
  readonly page: Answer;
};

/** Sets up an authenticator app for whoever is signed in here, freshly. Its present code is used by that. */
export async function addAuthenticator(world: Site, visitor: Visitor): Promise<App> {
  const start = await accountPage(world, visitor, '/factors/authenticator');
  const scan = await visitor.submit(start, { action: 'begin' }, 'value="begin"');
  const secret = secretOn(scan);
  const page = await visitor.submit(scan, { code: appCode(secret, -1) }, 'name="code"');
  return { secret, recoveryCodes: recoveryCodesOn(page), page };
}

export function recoveryCodesOn(page: Answer): readonly string[] {
  return [...page.text.matchAll(/<code>([0-9A-Z]{5}-[0-9A-Z]{5})<\/code>/g)].map(([, code = '']) => code);
}

/** Somebody new, linked and greeted, with an authenticator app; signed in nowhere but in a browser of the past. */
export async function userWithApp(world: Site): Promise<Person & { readonly app: App }> {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  const person = newPerson('sovellus');
  await becomeUser(world, visitor, authorization(world).url, person);
  return { ...person, app: await addAuthenticator(world, visitor) };
}
