/** `avain roster import`: files as counties make them, as they should not be, and as somebody hostile would. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type County, codes, list, startCounty } from './county.ts';

let county: County;
beforeEach(async () => {
  county = await startCounty();
});
afterEach(() => county.close());

const [valtuutettu, aino] = codes;
const identity = (value: string) => ({ kind: 'identity', value }) as const;
const email = (value: string) => ({ kind: 'email', value }) as const;
const entries = () => county.storage.rosters.list(list, null, 99);
const audited = async () =>
  (await county.storage.audit.list({ limit: 99 })).map(({ event, details }) => [event, details]);

test('a dry run tells what would be and writes nothing; the run does it; the same file again changes nothing', async () => {
  const file = `henkilötunnus;voimassa alkaen;voimassa asti;huomautus\r\n${valtuutettu};1.1.2024;;Asiakas 17\r\n${aino.toLowerCase()};2024-01-01;31.12.2025;\r\n`;
  const all = { added: 2, changed: 0, unchanged: 0, duplicate: 0, refused: 0 };
  expect(await county.file(file, { dryRun: true })).toEqual({ exit: 0, refusal: null, told: [], outcomes: all });
  expect([await entries(), await audited()]).toEqual([[], []]);
  expect(await county.file(`\ufeff${file}`)).toMatchObject({ exit: 0, outcomes: all });
  expect([await county.isListed(identity(valtuutettu)), await county.isListed(identity(aino))]).toEqual([true, false]);
  const before = await entries();
  for (const dryRun of [true, false]) {
    expect((await county.file(file, { dryRun })).outcomes).toEqual({ ...all, added: 0, unchanged: 2 });
  }
  expect(await entries()).toEqual(before);
  const records = before.map(({ id }) => ['roster.entry-added', { ...list, by: 'command', entry: id }]);
  expect(await audited()).toEqual(expect.arrayContaining(records));
  expect(await audited()).toHaveLength(2);
});

test('what a file says is changed, what it does not say stays, and nobody is removed', async () => {
  await county.file(`identity_code,valid_from,note\n${valtuutettu},2024-01-01,first\n${aino},2024-01-01,other\n`);
  const changed = await county.file(`hetu,valid_to\n${valtuutettu},2026-11-01\n`);
  expect([changed.told, changed.outcomes]).toEqual([
    [[2, 'changed', null]],
    { added: 0, changed: 1, unchanged: 0, duplicate: 0, refused: 0 },
  ]);
  expect([await county.isListed(identity(valtuutettu)), await county.isListed(identity(aino))]).toEqual([false, true]);
  const { lines } = await county.run('export', { county: 'hame', roster: null });
  expect(lines.slice(1).sort().reverse()).toEqual([
    '"other","","identity code","2024-01-01","","valid","2026-11-22 14:00","county"',
    '"first","","identity code","2024-01-01","2026-11-01","ended","2026-11-22 14:00","county"',
  ]);
  expect((await audited()).slice(0, 2)).toEqual([
    ['roster.exported', { ...list, by: 'command' }],
    ['roster.entry-changed', { ...list, by: 'command', entry: expect.any(String), dates: true, note: false }],
  ]);
  expect(lines.join()).not.toContain(valtuutettu.slice(0, 6));
});

test('a county and its file touch nobody of another county, nor of the operator’s files', async () => {
  const file = `hetu\n${valtuutettu}\n`;
  await county.file(file, { county: 'savo' });
  expect((await county.file(file)).outcomes).toMatchObject({ added: 1 });
  expect((await county.file(`hetu,valid_to\n${valtuutettu},2026-11-22 14:00\n`)).outcomes).toMatchObject({
    changed: 1,
  });
  // Savo lists them still.
  expect(await county.isListed(identity(valtuutettu))).toBe(true);
  const counts = await county.storage.rosters.counts(county.clock.now());
  expect(counts.map(({ county: name, valid }) => [name, valid])).toEqual([
    ['hame', 0],
    ['savo', 1],
  ]);
});

test('an end is exact to the millisecond', async () => {
  await county.file(`email,valid_to\na@b.fi,2026-11-22 14:01\n`);
  county.clock.advance(59_999);
  expect(await county.isListed(email('a@b.fi'))).toBe(true);
  county.clock.advance(1);
  expect(await county.isListed(email('a@b.fi'))).toBe(false);
});

describe('lines that are not taken', () => {
  test.each([
    ['290200A901D', '', '', '', '', 'identity-code-check-character'],
    ['2902OOA9O1C', '', '', '', '', 'identity-code-form'],
    ['290201A901C', '', '', '', '', 'identity-code-date'],
    ['', 'a@b', '', '', '', 'email-invalid'],
    // Letters that look like others, and a domain that is none.
    ['', 'аino@oma.example', '', '', '', 'email-invalid'],
    ['', 'a@oma..example', '', '', '', 'email-invalid'],
    ['', 'a\u0000@b.fi', '', '', '', 'email-invalid'],
    ['', 'a@b.fi', 'soon', '', '', 'from-no-date'],
    ['', 'a@b.fi', '', '30.2.2026', '', 'to-no-date'],
    ['', 'a@b.fi', '2026-02-02', '2026-02-01', '', 'to-before-from'],
    ['', 'a@b.fi', '', '2026-11-21', '', 'to-before-from'],
    ['', 'a@b.fi', '', '', 'x'.repeat(201), 'note-too-long'],
    ['', 'a@b.fi', '', '', 'a\u202eb', 'note-control-characters'],
    ['', 'a@b.fi', '', '', 'a\u0000b', 'note-control-characters'],
    ['', 'a@b.fi', '', '', 'Aino 131189Y902A', 'note-identity-code'],
    ['', 'a@b.fi', '', '', '１３１１８９ y\u200b 902a', 'note-control-characters'],
    ['', 'a@b.fi', '', '', '１３１１８９ – 902A', 'note-identity-code'],
    [valtuutettu, 'a@b.fi', '', '', '', 'identity-code-and-email'],
    ['', '', '', '', 'nobody', 'nobody'],
  ])('%j %j %j %j %j: %s', async (code, address, from, to, note, reason) => {
    const file = `identity_code,email,valid_from,valid_to,note\n${[code, address, from, to, note].join(',')}\n,ok@b.fi,,,\n`;
    const { exit, told, outcomes } = await county.file(file);
    expect([exit, told, outcomes?.added]).toEqual([2, [[2, 'refused', reason]], 1]);
  });

  test('the same person twice: the first line counts', async () => {
    const file = `hetu,email,valid_to\n${aino},,\n${aino.toLowerCase()},,2026-12-31\n,A@B.fi,\n,a@b.FI,\n,a@bücher.example,\n,a@xn--bcher-kva.example,\n`;
    const { told, outcomes } = await county.file(file);
    expect(told.map(([line, outcome]) => [line, outcome])).toEqual([
      [3, 'duplicate'],
      [5, 'duplicate'],
      [7, 'duplicate'],
    ]);
    expect(outcomes).toMatchObject({ added: 3, duplicate: 3 });
  });

  test('rows that cannot be read do not hide their neighbours, and a field of 10 MB is not kept', async () => {
    const huge = 'x'.repeat(10_000_000);
    const { exit, told } = await county.file(`email,note\na@b.fi,${huge}\nb@b.fi,"un"quoted"\nc@b.fi\nd@b.fi,ok\n`);
    expect([exit, told]).toEqual([
      2,
      [
        [2, 'refused', 'row-too-long'],
        [3, 'refused', 'quote-misplaced'],
        [4, 'refused', 'wrong-number-of-fields'],
      ],
    ]);
  });

  test.each([
    ['no person', 'note,valid_from\nx,\n'],
    ['an unknown column', 'hetu,phone\nx,\n'],
    ['a column twice, under two names', 'hetu;henkilötunnus\nx;\n'],
    ['UTF-16', Buffer.from('\ufeffhetu\n', 'utf16le')],
    ['nothing at all', ''],
  ])('a file with %s is refused as a whole, in words that repeat nothing of it', async (_, content) => {
    const { exit, refusal } = await county.file(content);
    expect([exit, refusal]).toEqual([
      1,
      expect.stringMatching(/^(The first line must name the columns|The file is UTF-16)/),
    ]);
    expect(refusal).not.toContain('phone');
  });
});

test('a list is named by its county, and by its roster where there are several', async () => {
  const { exit, refusal } = await county.file('hetu\n', { county: 'lappi' });
  expect([exit, refusal]).toEqual([1, 'There is no such list. Known, by roster and county: apu hame, apu savo.']);
  expect((await county.file('hetu\n', { roster: 'muu' })).exit).toBe(1);
  expect((await county.file('hetu\n', { roster: 'apu' })).exit).toBe(0);
  await county.add('a@b.fi', { validTo: 1 });
  const { lines } = await county.run('list');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { ...list, staff: 1, countyEntries: { entries: 1, valid: 0 }, fileEntries: { entries: 0, valid: 0 } },
    {
      ...list,
      county: 'savo',
      staff: 0,
      countyEntries: { entries: 0, valid: 0 },
      fileEntries: { entries: 0, valid: 0 },
    },
  ]);
});

test('an export holds no formula, no identity code, and says that it was made before it says anything else', async () => {
  const notes = ['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', 'plain; "quoted"'];
  for (const [n, note] of notes.entries()) await county.add(`a${n}@b.fi`, { note });
  await county.add(valtuutettu, { note: 'code' });
  const { lines } = await county.run('export', { county: 'hame', roster: null });
  expect(lines[0]).toBe('note,email,kind,valid_from,valid_to,state,added,source');
  const cells = lines.slice(1).reverse();
  expect(cells.slice(0, 5).map((line) => line.slice(0, line.indexOf('",') + 1))).toEqual([
    `"'=HYPERLINK(""http://x"")"`,
    `"'+1"`,
    `"'-1"`,
    `"'@SUM(A1)"`,
    `"plain; ""quoted"""`,
  ]);
  expect(cells.join('\n')).not.toContain(valtuutettu);
  expect((await audited())[0]).toEqual(['roster.exported', { ...list, by: 'command' }]);
});
