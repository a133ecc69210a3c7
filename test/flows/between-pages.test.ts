/** Pages beside the journey: in the language that was asked for, with a way back, and saying nothing that is not so. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, noListener, signInWithPassword, stepOf } from '../support/stories.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(() => world.stop());

const at = (path: string): URL => new URL(path, world.issuer);
const languageOf = ({ text }: Answer): string | undefined => /<html lang="(..)"/.exec(text)?.[1];
const linksOf = ({ text }: Answer): readonly string[] =>
  [...text.matchAll(/href="([^"]*)"/g)].map(([, href]) => (href ?? '').replaceAll('&amp;', '&'));

async function signedIn(): Promise<Visitor> {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  const end = await signInWithPassword(visitor, await visitor.get(authorization(world).url), 'aino@oma.example');
  expect(end.url.origin).toBe(noListener);
  return visitor;
}

test.each([
  ['/session/end'],
  ['/session/end/success'],
  ['/auth?client_id=nobody'],
  ['/interaction/unknown/sign-in'],
  ['/links/reset/unknown'],
  ['/nothing-here'],
])('the language switch works at once on %s', async (path) => {
  const visitor = createVisitor({ 'accept-language': 'fi' });
  expect(languageOf(await visitor.get(at(path)))).toBe('fi');
  expect(languageOf(await visitor.get(at(`${path}${path.includes('?') ? '&' : '?'}lang=sv`)))).toBe('sv');
});

test('whoever asks for the question of sign-out in Swedish still gets back to the service', async () => {
  const visitor = await signedIn();
  const { origin } = world.addresses.oima;
  visitor.unvisited.add(origin);
  const query = new URLSearchParams({ client_id: 'oima', post_logout_redirect_uri: `${origin}/`, ui_locales: 'fi' });
  const page = await visitor.get(at(`/session/end?${query}`));
  expect(languageOf(page)).toBe('fi');
  const inSwedish = await visitor.get(at(linksOf(page).find((href) => href.includes('lang=sv')) ?? ''));
  expect(languageOf(inSwedish)).toBe('sv');
  expect((await visitor.submit(inSwedish, { logout: 'yes' })).url.href).toBe(`${origin}/`);
});

test('whoever stays signed in is not told that they are out, and nobody is left without a way on', async () => {
  const visitor = await signedIn();
  const stayed = await visitor.submit(await visitor.get(at('/session/end')), {});
  expect(stayed.text).toContain('<h1>Olet yhä kirjautunut</h1>');
  const left = await visitor.submit(await visitor.get(at('/session/end')), { logout: 'yes' });
  expect(left.text).toContain('<h1>Olet kirjautunut ulos</h1>');
  for (const page of [stayed, left]) expect(linksOf(page)).toContain('/');
});

test('the statement leads back to the page it was opened from, in any language, and to no other site', async () => {
  const visitor = createVisitor();
  const signIn = await visitor.get(authorization(world).url);
  const statement = await visitor.get(at(linksOf(signIn).find((href) => href.startsWith('/accessibility')) ?? ''));
  const inEnglish = await visitor.get(at(linksOf(statement).find((href) => href.includes('lang=en')) ?? ''));
  expect(languageOf(inEnglish)).toBe('en');
  for (const page of [statement, inEnglish]) {
    expect(linksOf(page)).toContain(signIn.url.pathname);
    expect(stepOf(await visitor.get(at(signIn.url.pathname)))).toBe('sign-in');
  }
  for (const from of ['https://evil.example/', '//evil.example/a/b', '/links/a/b/../../..', '/interaction/a']) {
    const page = await visitor.get(at(`/accessibility?from=${encodeURIComponent(from)}`));
    expect([from, page.text.includes(`href="${from}`)]).toEqual([from, false]);
  }
});
