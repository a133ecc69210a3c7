/** A county's staff keep its list, over HTTP: who gets in, what they see, and what it means for the people on it. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { refreshTokenGrant } from 'openid-client';
import { runAvain } from '../cli/avain.ts';
import { auditDetailsOf, storedAccount } from '../support/inside.ts';
import { becomeUser, climbAs, climbOn, newPerson } from '../support/people.ts';
import { says } from '../support/says.ts';
import type { World } from '../support/start-world.ts';
import { authorization, identify, signUp, stepOf } from '../support/stories.ts';
import { errorOf, relyingParty, tokensOf } from '../support/tokens.ts';
import { type Answer, formsOf, type Visitor } from '../support/visitor.ts';
import {
  aino,
  browser,
  hame,
  kunta,
  rosters,
  type StaffWorld,
  savo,
  send,
  signInAsStaff,
  startStaffWorld,
  stopStaffWorld,
  upload,
} from './stories.ts';

let started: StaffWorld | undefined;
let world: World;
/** Signed in as staff of Häme. */
let officer: Visitor;
beforeAll(async () => {
  started = await startStaffWorld();
  ({ world } = started);
  const { visitor, page } = await signInAsStaff(world, kunta);
  expect([page.status, page.url.pathname]).toEqual([200, rosters]);
  officer = visitor;
});
afterAll(() => stopStaffWorld(started));

const at = (visitor: Visitor, path: string) => visitor.get(new URL(path, world.issuer));
const shown = (page: Answer): string => `${page.url.pathname}${page.url.search}`;
const hrefTo = (page: Answer, text: string): string => {
  const found = new RegExp(`<a href="([^"]+)">${text}</a>`).exec(page.text)?.[1];
  if (found === undefined) throw new Error(`no link ${text} at ${page.url.pathname}`);
  return found;
};
const apu = () => authorization(world, { client_id: 'test-roster', scope: 'openid email' });
const add = async (person: string, note: string, more: Record<string, string> = {}) =>
  officer.submit(await at(officer, `${hame}/add`), { person, note, ...more });
const entryOf = async (note: string) => at(officer, hrefTo(await at(officer, hame), note));

test('the way in is a password and a strong identification; each member of staff sees their own county only', async () => {
  const { visitor, page } = await signInAsStaff(world, aino, savo);
  expect([page.status, page.url.pathname]).toEqual([200, savo]);
  expect((await at(visitor, rosters)).text).toContain('Etelä-Savo');
  expect((await at(visitor, rosters)).text).not.toContain('Häme');
  const mine = await at(officer, rosters);
  expect(mine.text).toContain('Kanta-Hämeen hyvinvointialue');
  expect(mine.text).toContain('Oima henkilökohtainen apu');
  expect(mine.text).not.toContain('Savo');

  const outsider = browser();
  await becomeUser(world, outsider, authorization(world).url, newPerson());
  const refused = await at(outsider, rosters);
  expect([refused.status, says(refused.text, 'staff.not-yours-title')]).toEqual([403, true]);
  const theirs = await at(visitor, hame);
  // The same answer to whoever is no staff, to staff of another county, and about what does not exist.
  const same = (text: string) =>
    text
      .replaceAll(/(from=|action="|href=")[^"]*/g, '$1')
      .replace(/(Virhetunnus: )[0-9a-f]{12}/, '$1')
      .replaceAll(/\d/g, '');
  for (const path of [hame, `${hame}/add`, `${hame}/export`, `${hame}/entries/x`, `${rosters}/none/nowhere`]) {
    const answers = await Promise.all([at(outsider, path), at(visitor, path)]);
    for (const answer of answers) expect([answer.status, same(answer.text)]).toEqual([403, same(theirs.text)]);
  }
  expect((await at(officer, `${hame}/entries/nobody`)).status).toBe(404);
});

test('somebody is listed by identity code, gets in, and is out to the minute: at the next refresh and the next sign-in', async () => {
  const [person, visitor, request] = [newPerson(), browser(), apu()];
  const refused = await climbAs(visitor, await signUp(world, visitor, request.url, person.email), person);
  expect([stepOf(refused), refused.text.includes('Kanta-Hämeen yhteyshenkilö, 010 000 0001')]).toEqual([
    'not-authorised',
    true,
  ]);

  const added = await add(person.identityCode.toLowerCase(), 'Asiakas 4711');
  expect([added.status, shown(added)]).toEqual([200, `${hame}?done=added`]);
  const entry = await entryOf('Asiakas 4711');
  for (const page of [added, entry]) expect(page.text).not.toContain(person.identityCode.slice(0, 6));
  const again = await add(person.identityCode, 'Toinen');
  expect([shown(again), again.text.includes('Asiakas 4711')]).toEqual([`${entry.url.pathname}?done=there`, true]);

  const end = await climbOn(visitor, await visitor.submit(refused, {}));
  const tokens = await tokensOf(world, request, end);
  const party = await relyingParty(world, 'test-roster');
  const { refresh_token: first = '' } = tokens;
  expect((await refreshTokenGrant(party, first)).access_token).toBeTruthy();

  const minute = 60_000;
  const endsAt = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/Helsinki',
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const saved = await officer.submit(await entryOf('Asiakas 4711'), {
    action: 'save',
    validTo: endsAt.format(Date.now() + 10 * minute),
  });
  expect(shown(saved)).toBe(`${hame}?done=changed`);
  expect((await refreshTokenGrant(party, first)).access_token).toBeTruthy();
  await world.restartAvain({ shiftMs: 11 * minute });
  await expect(refreshTokenGrant(await relyingParty(world, 'test-roster', 11 * minute), first)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  const silent = await visitor.get(
    authorization(world, { client_id: 'test-roster', scope: 'openid', prompt: 'none' }).url,
  );
  expect(errorOf(silent)).toBe('access_denied');
  expect(stepOf(await visitor.get(apu().url))).toBe('not-authorised');
  await world.restartAvain();
  expect((await refreshTokenGrant(party, first)).access_token).toBeTruthy();
  const ended = await officer.submit(await entryOf('Asiakas 4711'), { action: 'end' }, 'value="end"');
  expect(shown(ended)).toBe(`${hame}?done=ended`);
  await expect(refreshTokenGrant(party, first)).rejects.toMatchObject({ error: 'invalid_grant' });
  expect((await at(officer, hame)).text).not.toContain('Asiakas 4711');
  expect((await at(officer, `${hame}?shown=ended`)).text).toContain('Asiakas 4711');

  const id = storedAccount(world, kunta.email)?.id;
  expect(id).toBeTruthy();
  const list = { roster: 'personal-assistance', county: 'kanta-hame', by: 'staff' };
  expect(auditDetailsOf(world, kunta.email, 'roster.entry-added')).toEqual([{ ...list, entry: expect.any(String) }]);
  expect(auditDetailsOf(world, kunta.email, 'roster.entry-changed')).toEqual([
    { ...list, entry: expect.any(String), dates: true, note: false },
    { ...list, entry: expect.any(String), dates: true, note: false },
  ]);
});

test('of two tabs that change the same entry one wins, and the other is shown what is true now', async () => {
  await add('kaksi-valilehtea@oma.example', 'Kaksi välilehteä');
  const [one, other] = await Promise.all([entryOf('Kaksi välilehteä'), entryOf('Kaksi välilehteä')]);
  expect(shown(await officer.submit(one, { action: 'save', note: 'Ensimmäinen' }))).toBe(`${hame}?done=changed`);
  const late = await officer.submit(other, { action: 'save', note: 'Toinen' });
  expect([late.status, says(late.text, 'staff.changed-meanwhile')]).toEqual([422, true]);
  expect(formsOf(late)[0]?.fields).toMatchObject({ note: 'Ensimmäinen', version: '2' });
  const removal = await at(officer, `${other.url.pathname}/remove`);
  const saved = await officer.submit(late, { action: 'save', note: 'Toinen' });
  expect(shown(saved)).toBe(`${hame}?done=changed`);
  const tooLate = await officer.submit(removal, {});
  expect([tooLate.status, says(tooLate.text, 'staff.changed-meanwhile')]).toEqual([422, true]);
  expect(shown(await officer.submit(tooLate, {}))).toBe(`${hame}?done=removed`);
  expect(shown(await officer.submit(tooLate, {}))).toBe(`${hame}?done=gone`);
  expect((await at(officer, other.url.pathname)).status).toBe(404);
});

test('the list is searched without anybody’s code or name in an address', async () => {
  await add('haettava@oma.example', 'Åsa Haettava 77');
  await add('131189-9021'.replace('-9021', 'Y902A'), 'Aino listalla');
  const search = async (find: string) =>
    officer.submit(await at(officer, hame), { find, action: 'search' }, 'value="search"');
  const found = await search('åsa HAETTAVA');
  expect(shown(found)).toMatch(new RegExp(`^${hame}\\?find=[0-9a-f]{8}\\.[\\w-]+&shown=all$`));
  expect(found.text).toContain('Åsa Haettava 77');
  expect(found.text).not.toContain('Aino listalla');
  expect((await search('131189y902a')).text).toContain('Aino listalla');
  expect((await search('haettava@OMA.example')).url.pathname).toContain('/entries/');
  const unknown = await search('010150U906K');
  expect([unknown.status, says(unknown.text, 'staff.not-listed')]).toEqual([422, true]);
  expect(unknown.text).not.toContain('010150');
  const mistyped = await search('010150U906A');
  expect([mistyped.status, says(mistyped.text, 'staff.wrong-code')]).toEqual([422, true]);
  // Another person's seal opens nothing here: then the whole list is shown.
  const { visitor } = await signInAsStaff(world, aino, savo);
  const foreign = await at(visitor, `${savo}${found.url.search}`);
  expect([foreign.status, foreign.text.includes('haettava')]).toEqual([200, false]);
  // What a start reads from the operator's files is seen, and is not the county's to change.
  const ofFile = await at(officer, hrefTo(await at(officer, hame), 'Ei huomautusta'));
  expect(says(ofFile.text, 'staff.of-file-explained')).toBe(true);
  expect(formsOf(ofFile)).toEqual([]);
});

test.each<[string, Record<string, string>, string]>([
  ['nobody', { person: '' }, 'staff.person-required'],
  ['a mistyped code', { person: '010150U906A' }, 'staff.wrong-code'],
  ['an address that looks like another', { person: 'аino@oma.example' }, 'error.email-invalid'],
  ['no such day', { person: 'a@b.fi', validFrom: '30.2.2026' }, 'staff.no-date'],
  ['an end before the beginning', { person: 'a@b.fi', validTo: '1.1.2020' }, 'staff.ends-first'],
  ['a code in the note', { person: 'a@b.fi', note: 'Aino 131189Y902A' }, 'staff.note-identity-code'],
  ['what cannot be seen', { person: 'a@b.fi', note: 'a\u202eb' }, 'staff.note-control-characters'],
  ['a note without end', { person: 'a@b.fi', note: 'x'.repeat(201) }, 'staff.note-too-long'],
])('%s is told beside the field, and no code comes back', async (_, fields, key) => {
  const page = await officer.submit(await at(officer, `${hame}/add`), { note: '', ...fields });
  // A cast: the table names keys of ours.
  expect([page.status, says(page.text, key as Parameters<typeof says>[1])]).toEqual([422, true]);
  expect(formsOf(page)[0]?.fields['person']).not.toMatch(/^\d/);
});

test('forms that are not ours, and bodies that are none, change nothing', async () => {
  await add('vihamielinen@oma.example', 'Vihamielinen');
  const entry = await entryOf('Vihamielinen');
  const { fields } = formsOf(entry)[0] ?? { fields: {} };
  const { visitor: stranger } = await signInAsStaff(world, aino, savo);
  const strangersToken = formsOf(await at(stranger, savo))[0]?.fields['csrf'] ?? '';
  const form = (changes: Record<string, string>) =>
    new URLSearchParams({ ...fields, action: 'save', ...changes }).toString();
  const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' };
  const tried: readonly (readonly [number, string, Record<string, string>])[] = [
    [403, form({ csrf: '' }), urlencoded],
    [403, form({ csrf: strangersToken }), urlencoded],
    [403, form({}), { ...urlencoded, origin: 'https://evil.example' }],
    [403, form({}), { ...urlencoded, 'sec-fetch-site': 'cross-site' }],
    [400, form({ version: 'x' }), urlencoded],
    [400, form({ action: 'delete-all' }), urlencoded],
    [400, form({ note: 'a\u0000b' }), urlencoded],
    [400, `${form({})}&note=second`, urlencoded],
    [413, form({ note: 'x'.repeat(20_000) }), urlencoded],
    [415, '{}', { 'content-type': 'application/json' }],
  ];
  for (const [status, body, headers] of tried) {
    const answer = await send(officer, entry.url, body, headers);
    expect([status, answer.status]).toEqual([status, status]);
  }
  // The other county's staff cannot so much as ask.
  expect((await send(stranger, entry.url, form({ csrf: strangersToken }), urlencoded)).status).toBe(403);
  for (const method of ['PUT', 'DELETE']) {
    expect((await fetch(entry.url, { method })).status).toBe(405);
  }
  expect(formsOf(await entryOf('Vihamielinen'))[0]?.fields).toEqual(fields);
});

test('a file is checked, told and then put into the list; the same file again changes nothing', async () => {
  const page = await at(officer, `${hame}/import`);
  const file =
    'henkilötunnus;sähköposti;huomautus\n010150U906K;;Tuotu 1\n;tuotu@oma.example;"=HYPERLINK(""http://x"")"\n010150U906A;;x\n;\u0430ino@oma.example;y\n010150u906k;;Kahdesti\n';
  const report = await upload(officer, page, `\ufeff${file}`);
  expect(report.url.pathname).toMatch(new RegExp(`^${hame}/import/[\\w-]{22}$`));
  const counts = (answer: Answer) => [...answer.text.matchAll(/<dd>(\d+)<\/dd>/g)].map(([, count]) => Number(count));
  expect(counts(report)).toEqual([5, 2, 0, 0, 1, 2]);
  for (const line of ['Rivi 4: ei kelpaa. Henkilötunnus', 'Rivi 5: ei kelpaa. Sähköposti', 'Rivi 6: sama henkilö']) {
    expect(report.text.replaceAll('\n', ' ')).toContain(line);
  }
  expect(report.text).not.toContain('010150');
  expect((await at(officer, hame)).text).not.toContain('Tuotu 1');
  // Its address is of no use to anybody else.
  const { visitor: stranger } = await signInAsStaff(world, aino, savo);
  expect((await at(stranger, report.url.pathname)).status).toBe(403);
  expect((await at(stranger, report.url.pathname.replace(hame, savo))).status).toBe(404);
  const [done, twice] = await Promise.all([officer.submit(report, {}), officer.submit(report, {})]);
  for (const answer of [done, twice]) expect(says(answer.text, 'staff.upload-done')).toBe(true);
  expect(counts(await at(officer, report.url.pathname))).toEqual([5, 2, 0, 0, 1, 2]);
  expect((await at(officer, hame)).text).toContain('Tuotu 1');
  expect(counts(await upload(officer, page, file))).toEqual([5, 0, 0, 2, 1, 2]);

  const refusals: readonly (readonly [number, string | Uint8Array<ArrayBuffer>, Parameters<typeof says>[1] | null])[] =
    [
      [422, '', 'staff.file-required'],
      [422, 'hetu\n', 'staff.file-empty'],
      [422, 'nimi;hetu\nx;y\n', 'staff.file-columns'],
      [422, new Uint8Array(Buffer.from('\ufeffhetu\n1\n', 'utf16le')), 'staff.file-utf-16'],
      [422, `email\n${'a@b.fi\n'.repeat(3_001)}`, 'staff.file-too-many-lines'],
      [413, 'x'.repeat(1_000_000), 'page.too-large-title'],
    ];
  for (const [status, content, key] of refusals) {
    const answer = await upload(officer, page, content);
    expect([status, key, answer.status, key && says(answer.text, key)]).toEqual([status, key, status, true]);
  }
  const garbled = await send(officer, page.url, 'x', { 'content-type': 'multipart/form-data; boundary=y' });
  expect(garbled.status).toBe(400);
  expect(
    (await send(officer, page.url, 'csrf=x', { 'content-type': 'application/x-www-form-urlencoded' })).status,
  ).toBe(415);
  const unsigned = new FormData();
  unsigned.set('file', new Blob(['email\nunsigned@oma.example\n']), 'x.csv');
  expect((await send(officer, page.url, unsigned)).status).toBe(403);
});

test('the list can be taken out as a file: no identity code, nothing that a spreadsheet would run, and the audit knows', async () => {
  const answer = await at(officer, `${hame}/export`);
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="personal-assistance-kanta-hame.csv"');
  expect(answer.text).toContain('"Tuotu 1";"";"henkilötunnus";');
  expect(answer.text).toContain(`"'=HYPERLINK(""http://x"")";"tuotu@oma.example"`);
  expect(answer.text).not.toMatch(/010150|131189|290200/);
  const details = { roster: 'personal-assistance', county: 'kanta-hame', by: 'staff' };
  expect(auditDetailsOf(world, kunta.email, 'roster.exported')).toEqual([details]);
});

test('of all that was typed, searched and sent here no code lies in a file or a line of the log, and no note either', async () => {
  const files = (await readdir(world.dataDir)).filter((name) => /\.db/.test(name));
  expect(files.length).toBeGreaterThan(1);
  const stored = await Promise.all(files.map((name) => readFile(join(world.dataDir, name), 'latin1')));
  const everything = [...stored, world.output()].join('\n');
  expect(everything).toContain('roster.entry-added');
  for (const typed of ['010150U906K', '010150u906k', '010150U906A', '131189y902a', 'Haettava 77', 'Tuotu 1']) {
    expect([typed, everything.includes(typed)]).toEqual([typed, false]);
  }
});

test('the operator does the same by command, for any county, while Avain runs', async () => {
  const file = join(world.dataDir, 'lista.csv');
  await writeFile(file, 'identity_code,note\n050585X903A,Komennolla\n050585X903B,x\n', { mode: 0o600 });
  const roster = (...args: string[]) => runAvain(['roster', ...args], world.env);
  const place = ['--county', 'etela-savo'];
  const dry = roster('import', file, ...place, '--dry-run', '--json');
  expect([dry.status, dry.told, JSON.parse(dry.out)]).toEqual([
    2,
    '',
    {
      ...{ roster: 'personal-assistance', county: 'etela-savo', dryRun: true, rows: 2, seconds: expect.any(Number) },
      outcomes: { added: 1, changed: 0, unchanged: 0, duplicate: 0, refused: 1 },
      lines: [{ line: 3, outcome: 'refused', reason: 'identity-code-check-character' }],
      linesLeftOut: 0,
    },
  ]);
  const done = roster('import', file, ...place);
  expect(done.out).toMatch(
    /^line 3: refused \(identity-code-check-character\)\n.*: 2 lines in .*: added 1, .*refused 1\n$/,
  );
  expect(roster('export', ...place).out.split('\n')[1]).toMatch(/^"Komennolla","","identity code",/);
  expect(roster('list').out).toMatch(
    /personal-assistance, etela-savo: by the county 1 \(1 valid now\), .*; 1 of staff/,
  );
  const wrong = roster('import', file, '--county', 'lappi');
  expect([wrong.status, wrong.told]).toEqual([1, expect.stringContaining('There is no such list.')]);
  for (const { out, told } of [dry, done, wrong]) expect(`${out}${told}`).not.toContain('050585');
  await rm(file);
});

test('after an hour the bank is asked again, before anything is shown or changed; who signs out is out', async () => {
  const { visitor } = await signInAsStaff(world, kunta);
  const minute = 60_000;
  await world.restartAvain({ shiftMs: 40 * minute });
  const page = await at(visitor, `${hame}/add`);
  expect(page.status).toBe(200);
  // Being busy elsewhere keeps the session, and not the identification.
  await visitor.get(authorization(world, { prompt: 'none' }).url);
  await world.restartAvain({ shiftMs: 61 * minute });
  const asked = await visitor.submit(page, { person: 'myohassa@oma.example' });
  expect([stepOf(asked), asked.text.includes('Tuotu 1')]).toEqual(['strong-auth', false]);
  await world.restartBroker({ shiftMs: 61 * minute });
  const back = await identify(visitor, asked, { person: kunta.identityCode });
  expect(back.url.pathname).toBe(`${hame}/add`);
  const list = await at(visitor, hame);
  expect([list.text.includes('Tuotu 1'), list.text.includes('myohassa')]).toEqual([true, false]);
  const bye = await visitor.submit(await at(visitor, rosters), { action: 'sign-out' });
  expect(bye.url.pathname).toBe(`${rosters}/signed-out`);
  expect(stepOf(await at(visitor, hame))).toBe('sign-in');
});
