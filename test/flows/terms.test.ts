/**
 * A new version of the terms in the last minutes of its grace and in the first ones after it: asked, put off, declined,
 * due for single sign-on and for refreshing too, and accepted. Between the two halves it becomes midnight in Finland.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as client from 'openid-client';
import { dayAfter, dayOf, startOfDay } from '../../src/finnish-day.ts';
import { runAvain } from '../cli/avain.ts';
import { auditDetailsOf, evidenceOf, storedAccount } from '../support/inside.ts';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { publishTerms } from '../support/publish-terms.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, noListener, signInWithPassword, stepOf } from '../support/stories.ts';
import { errorOf, relyingParty, tokensOf } from '../support/tokens.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

const aino = 'aino@oma.example';
const lastDay = dayAfter(dayOf(Date.now()));
const midnight = startOfDay(dayAfter(lastDay));
const minuteMs = 60_000;
const fromNow = (at: number): number => at - Date.now();

let world: World;
let config: OwnConfig;
/** By how much the service's clock is moved. */
let aheadMs: number;

beforeAll(async () => {
  config = await ownConfig();
  const grace = `date: ${dayOf(Date.now())}\ngraceUntil: ${lastDay}\nsummary: |\n  Kaksi kohtaa:\n\n  - tilin jakaminen`;
  await publishTerms(config.dir, 'oima', { version: 'uudet', front: grace, words: 'Tiliä ei jaeta.' });
  const minor = `date: ${dayAfter(lastDay)}\nchange: minor`;
  for (const id of ['oima', 'kuitti'])
    await publishTerms(config.dir, id, { version: 'korjatut', front: minor, words: 'Kirjoitusvirhe korjattu.' });
  aheadMs = fromNow(midnight - 10 * minuteMs);
  world = await startWorld({ env: config.env, shiftMs: aheadMs });
});
afterAll(async () => {
  await world.stop();
  await config.remove();
});

function browser(): Visitor {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  return visitor;
}

async function signedIn(params: Record<string, string> = {}, visitor = browser()) {
  const request = authorization(world, params);
  const page = await signInWithPassword(visitor, await visitor.get(request.url), aino);
  return { visitor, request, page };
}

const offersLater = (page: Answer): boolean => page.text.includes('name="answer" value="later"');
const asFinnish = (day: string): string => new Date(`${day}T12:00:00Z`).toLocaleDateString('fi-FI');

let first: Awaited<ReturnType<typeof signedIn>>;
let refreshToken: string;

test('in its grace: what changed and until when; "later" holds for the session, and the next sign-in asks again', async () => {
  first = await signedIn({ scope: 'openid offline_access' });
  const { visitor, request, page } = first;
  expect(stepOf(page)).toBe('terms');
  for (const told of ['Käyttöehdot ovat muuttuneet', `viimeistään ${asFinnish(lastDay)}`, '<li>tilin jakaminen</li>'])
    expect(page.text).toContain(told);
  const end = await visitor.submit(page, { answer: 'later' });
  refreshToken = (await tokensOf(world, request, end, aheadMs)).refresh_token ?? '';
  expect((await visitor.get(authorization(world).url)).url.origin).toBe(noListener);
  expect(errorOf(await visitor.get(authorization(world, { prompt: 'none' }).url))).toBeNull();
  const party = await relyingParty(world, 'test-web', aheadMs);
  expect((await client.refreshTokenGrant(party, refreshToken)).access_token).toBeTruthy();
  const again = await signedIn({ prompt: 'login' }, visitor);
  expect([stepOf(again.page), offersLater(again.page)]).toEqual(['terms', true]);
  await visitor.submit(again.page, { answer: 'later' });
  const postponed = { terms: 'oima', version: 'uudet', until: lastDay };
  expect(auditDetailsOf(world, aino, 'terms.postponed')).toEqual([postponed, postponed]);
  expect(storedAccount(world, aino)?.terms).toMatchObject({ oima: { version: '2024-01' } });
});

test('declined in its grace: the service may still be used; leaving is access_denied that says why', async () => {
  const { visitor, page } = await signedIn();
  const declined = await visitor.submit(page, { answer: 'decline' });
  expect(declined.text).toContain('Et hyväksynyt käyttöehtoja');
  expect(declined.text).toContain(`hyväksymättä uusia ehtoja ${asFinnish(lastDay)} asti`);
  const back = await visitor.submit(declined, { answer: 'back' });
  expect(back.text).toContain('Hyväksyn käyttöehdot');
  const left = await visitor.submit(await visitor.submit(back, { answer: 'decline' }), {}, 'id="cancel"');
  expect(errorOf(left)).toBe('access_denied');
  expect(left.url.searchParams.get('error_description')).toBe('the terms of use were not accepted');
  const { visitor: other, page: asked } = await signedIn();
  const stays = await other.submit(await other.submit(asked, { answer: 'decline' }), { answer: 'later' });
  expect([stays.url.origin, errorOf(stays)]).toEqual([noListener, null]);
});

test('after midnight: due for single sign-on and for the refresh, whatever was put off; a stale page accepts nothing', async () => {
  const waiting = await signedIn();
  const third = await signedIn({ client_id: 'test-third' });
  const consent = await third.visitor.submit(third.page, { answer: 'accept' });
  await third.visitor.submit(consent, { answer: 'allow' });
  aheadMs += 20 * minuteMs;
  await world.restartAvain({ shiftMs: aheadMs });

  const party = await relyingParty(world, 'test-web', aheadMs);
  await expect(client.refreshTokenGrant(party, refreshToken)).rejects.toMatchObject({
    error: 'invalid_grant',
    error_description: 'the terms of use must be accepted at a sign-in first',
  });
  expect(errorOf(await first.visitor.get(authorization(world, { prompt: 'none' }).url))).toBe('interaction_required');
  const due = await first.visitor.get(authorization(world).url);
  expect([stepOf(due), offersLater(due), due.text.includes('Versio korjatut')]).toEqual(['terms', false, true]);
  const declined = await first.visitor.submit(due, { answer: 'decline' });
  expect([offersLater(declined), declined.text.includes('Palvelua ei voi käyttää')]).toEqual([false, true]);

  const stale = await waiting.visitor.submit(waiting.page, { answer: 'accept' });
  expect([stale.status, stale.text.includes('Käyttöehdot muuttuivat juuri')]).toEqual([422, true]);
  const late = await waiting.visitor.submit(stale, { answer: 'later' });
  expect([late.status, late.text.includes('Päätöstä ei voi enää siirtää')]).toEqual([422, true]);
  expect(evidenceOf(world, aino).filter(({ terms_id }) => terms_id === 'oima')).toEqual([]);
  const hash = /name="hash" value="([^"]+)"/.exec(late.text)?.[1];
  const end = await waiting.visitor.submit(late, { answer: 'accept' });
  expect(end.url.origin).toBe(noListener);
  const what = { version: 'korjatut', locale: 'fi', text_hash: hash, client_id: 'test-web', network: 'local' };
  expect(evidenceOf(world, aino).filter(({ terms_id }) => terms_id === 'oima')).toEqual([
    expect.objectContaining(what),
  ]);

  // Accepted once, in another browser: everybody goes on with what they had.
  expect((await client.refreshTokenGrant(party, refreshToken)).access_token).toBeTruthy();
  expect((await first.visitor.get(authorization(world).url)).url.origin).toBe(noListener);
  // The minor version of the third party's terms is in force, and nobody is asked.
  const silent = await third.visitor.get(authorization(world, { client_id: 'test-third' }).url);
  expect([silent.url.origin, errorOf(silent)]).toEqual([noListener, null]);
});

test('every version that has been in force can be read, and an old one says so', async () => {
  const visitor = browser();
  const read = (path: string) => visitor.get(new URL(path, world.issuer));
  const current = await read('/terms/test-third');
  expect([current.status, current.text.includes('Kirjoitusvirhe korjattu')]).toEqual([200, true]);
  const old = await read('/terms/test-third/2024-01?from=/account/terms');
  expect([old.status, old.text.includes('Kirjoitusvirhe korjattu')]).toEqual([200, false]);
  expect(old.text).toContain('<a href="/terms/test-third?from=/account/terms">Lue voimassa olevat käyttöehdot</a>');
  expect(old.text).toContain('<a href="/account/terms">');
  for (const nowhere of ['/terms/test-third/2023-01', '/terms/test-public/2024-01', '/terms/test-third/constructor'])
    expect((await read(nowhere)).status).toBe(404);
});

test('the evidence is handed out with its texts checked, and a changed file is found', async () => {
  const exported = runAvain(['terms', 'export', '--terms', 'oima', '--json'], world.env);
  const rows = exported.out.trim().split('\n');
  expect([exported.status, rows.length]).toEqual([0, 1]);
  expect(JSON.parse(rows[0] ?? '')).toMatchObject({
    version: 'korjatut',
    document: 'unchanged',
    account: storedAccount(world, aino)?.id,
  });
  expect(runAvain(['terms', 'export', '--from', 'today'], world.env)).toMatchObject({ status: 1, out: '' });
  const verified = runAvain(['terms', 'verify'], world.env);
  expect([verified.status, verified.told]).toEqual([0, '']);
  expect(verified.out).toMatch(/^oima +korjatut +fi +1 +unchanged +[\w-]{43}$/m);
  const file = join(config.dir, 'terms/oima/korjatut.fi.md');
  await writeFile(file, `${await readFile(file, 'utf8')}\nJa vielä.\n`);
  await world.restartAvain({ shiftMs: aheadMs });
  const found = runAvain(['terms', 'verify', '--json'], world.env);
  const { ok, documents } = JSON.parse(found.out) as { ok: boolean; documents: { state: string }[] };
  expect([found.status, ok]).toEqual([1, false]);
  expect(documents.filter(({ state }) => state !== 'unchanged')).toEqual([
    expect.objectContaining({ terms: 'oima', version: 'korjatut', language: 'fi', state: 'changed', accepted: 1 }),
  ]);
});
