/** Nothing on any page tells whether an address has an account: status, headers and body are the same, byte by byte. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, linkMailedTo, mailsTo } from '../support/stories.ts';
import { type Answer, createVisitor, type Form, formsOf, type Visitor } from '../support/visitor.ts';
import { send, urlencoded } from '../support/wire.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  const walk = await begin();
  await submit({ ...walk, page: await walk.visitor.get(doorOf(walk.page, 'sign-up')) }, { email: addresses.pending });
});
afterAll(() => world.stop());

const addresses = {
  active: 'aino@oma.example',
  'active, typed otherwise': 'AINO@oma.example',
  'imported with bcrypt': 'vanha@oma.example',
  'imported with salted sha-256': 'heikko@oma.example',
  'imported without a hash': 'tuntematon@oma.example',
  barred: 'estetty@oma.example',
  pending: newPerson('odottava').email,
} as const;
const unknown = newPerson('tuntematon-osoite').email;

/** All that is random, or names the journey or the address, is replaced; everything else must be equal. */
function plain(answer: Answer, email: string): string {
  const headers = [...answer.headers]
    .filter(([name]) => name !== 'date')
    .map(([name, value]) => `${name}: ${value}`)
    .sort();
  const whole = [String(answer.status), ...headers, answer.text].join('\n');
  const masked = whole
    .replaceAll(email, 'ADDRESS')
    .replaceAll(/(name="csrf" value=)"[\w-]+"/g, '$1"TOKEN"')
    .replaceAll(/\/interaction\/[\w-]+/g, '/interaction/UID')
    .replace(/^(x-request-id): [0-9a-f]+$/m, '$1: ID');
  // Addresses of other lengths: the length of the body follows them.
  const times = whole.split(email).length - 1;
  return masked.replace(/content-length: (\d+)/, (_all, length) => `content-length: ${length - times * email.length}`);
}

type Walk = { readonly page: Answer; readonly visitor: Visitor };

async function begin(): Promise<Walk> {
  const visitor = createVisitor({ accept: 'text/html' });
  return { visitor, page: await visitor.get(authorization(world).url) };
}

const doorOf = (page: Answer, name: string) => new URL(page.url.pathname.replace(/[^/]+$/, name), page.url);

/** The form sent without following: the direct answer. */
function submit({ visitor, page }: Walk, fields: Readonly<Record<string, string>>, which = 0): Promise<Answer> {
  // A cast: each page here has that form.
  const form = formsOf(page)[which] as Form;
  const body = new URLSearchParams({ ...form.fields, ...fields }).toString();
  return send(visitor, new URL(form.action, page.url), { method: 'POST', headers: urlencoded, body });
}

/** The direct answer and the page it leads to. */
async function both(walk: Walk, email: string, fields: Record<string, string>, which = 0): Promise<string[]> {
  const direct = await submit(walk, fields, which);
  const location = direct.headers.get('location');
  const next = location === null ? null : await walk.visitor.get(new URL(location, direct.url));
  return [plain(direct, email), ...(next ? [plain(next, email)] : [])];
}

const stories: Readonly<Record<string, (email: string) => Promise<string[]>>> = {
  'sign-in': async (email) => both(await begin(), email, { email }),
  'a wrong password': async (email) => {
    const { visitor, page } = await begin();
    return both({ visitor, page: await visitor.submit(page, { email }) }, email, { password: 'Väärä#Salasana1' });
  },
  'sign-up, «link opened», resend': async (email) => {
    const { visitor, page } = await begin();
    const door = await visitor.get(doorOf(page, 'sign-up'));
    const asked = await both({ visitor, page: door }, email, { email });
    const sent = await visitor.get(doorOf(page, 'link-sent'));
    const opened = await visitor.get(new URL(`${sent.url.pathname}/opened`, sent.url));
    const waiting = await both({ visitor, page: sent }, email, {});
    const resent = await both({ visitor, page: sent }, email, { action: 'resend' }, 1);
    return [plain(door, email), ...asked, plain(opened, email), ...waiting, ...secondsGone(resent)];
  },
  'forgotten password, resend': async (email) => {
    const { visitor, page } = await begin();
    const door = await visitor.get(doorOf(page, 'forgot-password'));
    const asked = await both({ visitor, page: door }, email, { email });
    const sent = await visitor.get(doorOf(page, 'reset-sent'));
    const resent = await both({ visitor, page: sent }, email, { action: 'resend' });
    return [...asked, ...secondsGone(resent)];
  },
};

/** How many seconds are left depends on when it was asked, not on whom. */
const secondsGone = (answers: readonly string[]): string[] =>
  answers.map((answer) =>
    answer
      .replace(/retry-after: \d+/, 'retry-after: N')
      .replaceAll(/\d+ sekunnin/g, 'N sekunnin')
      .replace(/content-length: \d+/, 'content-length: N'),
  );

const masked = Object.entries(stories).flatMap(([story, tell]) =>
  Object.entries(addresses).map(([kind, email]) => [story, kind, email, tell] as const),
);

const ofUnknown = new Map<string, string[]>();
async function unknownsAnswers(story: string, tell: (email: string) => Promise<string[]>): Promise<string[]> {
  const known = ofUnknown.get(story) ?? (await tell(unknown));
  ofUnknown.set(story, known);
  return known;
}

test.each(masked)('%s: the same for an address that is %s', async (story, _kind, email, tell) => {
  const expected = await unknownsAnswers(story, tell);
  expect(expected.length).toBeGreaterThan(0);
  expect(expected.join('\n')).not.toMatch(/^5\d\d/m);
  expect(await tell(email)).toEqual(expected);
});

test('the mailboxes alone are told the difference', async () => {
  const subjects = async (email: string) => (await mailsTo(world, email, 2)).map(({ subject }) => subject).sort();
  expect(await subjects('aino@oma.example')).toEqual(['Sinulla on jo Testi-tili', 'Vaihda Testi-tilisi salasana']);
  expect(await subjects(unknown)).toEqual([expect.stringContaining('Aktivoi'), expect.stringContaining('ei ole')]);
  expect(await linkMailedTo(world, 'tuntematon@oma.example', 'reset', 2)).toContain('/links/reset?token=');
});

test('the delay after wrong passwords is the same for an address that nobody has', async () => {
  const answersFor = async (email: string): Promise<string[]> => {
    const { visitor, page } = await begin();
    const passwordPage = await visitor.submit(page, { email });
    const answers: string[] = [];
    for (let attempt = 0; attempt < 6; attempt += 1) {
      const answer = await submit({ visitor, page: passwordPage }, { password: `Väärä#Salasana${attempt}` });
      answers.push(`${answer.status} ${answer.headers.get('retry-after') !== null} ${plain(answer, email)}`);
    }
    return secondsGone(answers);
  };
  // Each of the two had one wrong password in the stories above.
  const stranger = await answersFor(unknown);
  expect(stranger.at(-1)).toMatch(/^429 true/);
  expect(await answersFor(addresses.barred)).toEqual(stranger);
}, 60_000);
