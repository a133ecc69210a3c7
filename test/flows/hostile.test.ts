/** Tries every row of hostile.ts against the running service, and that no row is missing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TextKey } from '../../src/http/texts.ts';
import { viewNames } from '../../src/http/view-names.ts';
import { linkPurposes } from '../../src/links/routes.ts';
import { says } from '../support/says.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { storedRows } from '../support/stored-rows.ts';
import { noListener } from '../support/stories.ts';
import type { Answer } from '../support/visitor.ts';
import { visibleText } from '../support/wire.ts';
import {
  type Expected,
  type FaultName,
  faultNames,
  hostile,
  type PageName,
  repeated,
  type Submittable,
  type WayOn,
} from './hostile.ts';
import { faults, submitTwice } from './hostile-faults.ts';
import { arrive, type Place } from './hostile-pages.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

// A cast: Object.keys forgets that a record's keys are its type's.
const pageNames = Object.keys(hostile) as PageName[];
/** Where a browser that went on from an error page's button would be. */
async function follow(answer: Answer): Promise<'here' | 'start' | string> {
  const href = /<a class="button(?: secondary)?" href="([^"]+)"/.exec(answer.text)?.[1];
  if (href === undefined) return 'no way on';
  const url = new URL(href.replaceAll('&amp;', '&'), answer.url);
  if (url.origin === noListener && url.pathname === '/start') return 'start';
  const { oima, oimaApu, kuitti } = world.addresses;
  if ([oima, oimaApu, kuitti].some(({ origin }) => `${origin}/login` === url.href)) return 'start';
  if (url.origin !== world.issuer) return `a way to ${url.origin}`;
  return url.pathname === '/' ? 'start' : 'here';
}

/** What the answer was, in the words of the table. */
async function judged(place: Place, answer: Answer, wanted: Expected): Promise<Expected> {
  const { status } = answer;
  if (wanted.wayOn === 'none') return { status, text: null, wayOn: 'none' };
  const found = (page: Answer, wayOn: WayOn | string): Expected => ({
    status,
    text:
      wanted.text !== null && says(page.text, wanted.text)
        ? wanted.text
        : (visibleText(page.text).slice(0, 200) as TextKey),
    // A cast: what is no way on is shown as the difference.
    wayOn: wayOn as WayOn,
  });
  if (status >= 300 && status < 400) {
    const target = new URL(answer.headers.get('location') ?? '', answer.url);
    if (target.origin !== world.issuer) return found(answer, `away to ${target.origin}`);
    const end = await place.visitor.get(target);
    return found(end, end.status < 500 ? 'led' : `led to ${end.status}`);
  }
  if (status === 200 || status === 422) return found(answer, 'stays');
  const wayOn = await follow(answer);
  if (wayOn !== 'here') return found(answer, wayOn);
  const href = /<a class="button" href="([^"]+)"/.exec(answer.text)?.[1] ?? '';
  const back = await place.visitor.get(new URL(href, world.issuer));
  return found(answer, back.status === 200 ? 'here' : `a link to ${back.status}`);
}

/** Faults that may write: going on is what they do. */
const changing: Partial<Record<PageName, readonly FaultName[]>> = {
  'upstream/callback': ['get-storm', 'no-cookies'],
  // The library remembers in the session what its sign-out page asked.
  logout: faultNames,
  // And in the session whose code it waits for, and how often one was guessed.
  device: faultNames,
};

async function tried(place: Place, page: PageName, fault: FaultName): Promise<unknown> {
  const wanted = hostile[page][fault];
  if (typeof wanted === 'string') return wanted;
  const before = storedRows(world);
  const answers = await faults[fault]({ world, place });
  const fresh = storedRows(world).filter((row) => !before.includes(row));
  const mayWrite = changing[page]?.includes(fault) || fault.includes('another') || fault === 'stolen-cookie';
  const found = await Promise.all(answers.map((answer) => judged(place, answer, wanted)));
  const odd = found.find((one) => JSON.stringify(one) !== JSON.stringify(wanted)) ?? wanted;
  return fresh.length > 0 && !mayWrite ? { ...odd, wrote: fresh.map((row) => row.slice(0, 120)) } : odd;
}

describe('the table is whole', () => {
  const app = readFileSync(join(import.meta.dirname, '../../src/app.ts'), 'utf8');
  const routes = [...app.matchAll(/router\.(?:get|post)\('([^']+)'/g)].map(([, path = '']) => path);

  test('every step of the ladder has its page', () => {
    const steps = viewNames.filter((name) => name.startsWith('steps/')).map((name) => name.slice('steps/'.length));
    expect(steps.filter((name) => !pageNames.some((page) => page === name))).toEqual([]);
  });

  test('every route has its page', () => {
    const covered: Readonly<Record<string, PageName>> = {
      '/health/live': 'health/live',
      '/health/ready': 'health/ready',
      '/assets/:file': 'asset',
      '/': 'home',
      '/accessibility': 'accessibility',
      '/accessibility/:client': 'accessibility',
      '/privacy': 'privacy',
      '/privacy/:client': 'privacy',
      '/cookies': 'cookies',
      '/status': 'status',
      '/cookies/:client': 'cookies',
      '/terms/:client': 'terms-text',
      '/terms/:client/:version': 'terms-text/version',
      '/interaction/:uid': 'dispatcher',
      '/interaction/:uid/link-sent/opened': 'opened',
      '/interaction/:uid/:step': 'sign-in',
      '/interaction/:uid/passkey/options': 'passkey',
      '/interaction/:uid/cancel': 'cancel',
      '/upstream/:broker/jwks': 'upstream/jwks',
      '/upstream/:broker/signed-jwks': 'upstream/jwks',
      '/upstream/:broker/entity-statement': 'upstream/jwks',
      '/upstream/:broker/callback': 'upstream/callback',
    };
    expect(routes.length).toBeGreaterThan(10);
    expect(routes.filter((path) => !(path in covered))).toEqual([]);
  });

  test('every link of a mail has its page', () => {
    for (const purpose of linkPurposes) {
      expect(pageNames).toContain(`links/${purpose}`);
      expect(pageNames).toContain(`links/${purpose}?token`);
    }
  });

  test('every page has a row for every fault', () => {
    for (const page of pageNames) expect(Object.keys(hostile[page]).sort()).toEqual([...faultNames].sort());
  });
});

// The storm that uses a callback up comes last.
const order = [...faultNames].sort((a, b) => Number(a === 'get-storm') - Number(b === 'get-storm'));

test.each(pageNames)(
  '%s: each fault gets its answer, and nothing changes',
  async (page) => {
    const place = await arrive(world, page);
    const found: Record<string, unknown> = {};
    for (const fault of order) found[fault] = await tried(place, page, fault);
    expect(found).toEqual(hostile[page]);
  },
  180_000,
);

/** Texts, not landings: all of those with one another are more than the compiler follows. */
function landed(answer: Answer, known: readonly string[]): string {
  if (answer.url.origin === noListener) return 'client';
  if (answer.url.origin === world.addresses.broker.origin) return 'bank';
  const shows = (landing: string): boolean => {
    const [status = '', key = ''] = landing.split(' ');
    // A cast: a landing that is a page is its status and its text.
    return status === String(answer.status) && says(answer.text, key as TextKey);
  };
  // What is on no list is shown as the difference.
  return known.find(shows) ?? `${answer.status} ${visibleText(answer.text).slice(0, 160)}`;
}

// A cast: Object.keys forgets that a record's keys are its type's.
test.each(Object.keys(repeated) as Submittable[])(
  '%s: a double click, a reload of the answer and a second tab are led to what is true',
  async (page) => {
    const place = await arrive(world, page);
    place.visitor.unvisited.add(world.addresses.broker.origin);
    const { both, again, tab } = await submitTwice({ world, place });
    const wanted = repeated[page];
    const mayLand: readonly string[] = wanted.both;
    const first = both.map((answer) => landed(answer, mayLand));
    expect(first.filter((landing) => !mayLand.includes(landing))).toEqual([]);
    // Somebody got through.
    expect(first).toContain(mayLand[0]);
    expect({ again: landed(again, [wanted.again]), tab: landed(tab, [wanted.tab]) }).toEqual({
      again: wanted.again,
      tab: wanted.tab,
    });
  },
);
