import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { developmentScratch, type Scratch } from './scratch.ts';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await developmentScratch();
});
afterEach(() => scratch.remove());

type Front = {
  readonly date: string;
  readonly change?: string;
  readonly graceUntil?: string;
  readonly summary?: string;
};

const file = (version: string, locale: string) => `config/terms/oima/${version}.${locale}.md`;

async function writeVersion(version: string, front: Front, text = '# Ehdot\n\nTeksti') {
  const lines = Object.entries({ version, ...front }).map(([key, value]) => `${key}: '${value}'`);
  for (const locale of ['fi', 'sv', 'en'])
    await scratch.write(file(version, locale), `---\n${lines.join('\n')}\n---\n\n${text}\n`);
}

test('versions come oldest first, each text with its title and the hash of what is shown', async () => {
  await writeVersion('2023-12', { date: '2023-12-01' }, '\r\n#  Vanhat ehdot \r\n\r\nTeksti\r\n');
  await writeVersion('2026-02', { date: '2026-02-01', graceUntil: '2026-03-31', summary: 'Kaikki.' });
  await writeVersion('2026-04', { date: '2026-04-01', change: 'minor' });
  const versions = (await scratch.load()).terms['oima'] ?? [];
  expect(versions.map(({ version, date, change, graceUntil }) => [version, date, change, graceUntil])).toEqual([
    ['2023-12', '2023-12-01', 'major', null],
    ['2024-01', '2024-01-01', 'major', null],
    ['2026-02', '2026-02-01', 'major', '2026-03-31'],
    ['2026-04', '2026-04-01', 'minor', null],
  ]);
  expect(versions[0]?.texts.fi).toEqual({
    title: 'Vanhat ehdot',
    markdown: '#  Vanhat ehdot \n\nTeksti',
    summary: null,
    hash: createHash('sha256').update('#  Vanhat ehdot \n\nTeksti').digest('base64url'),
  });
  expect(versions[2]?.texts.sv.summary).toBe('Kaikki.');
});

test('a version without one language is a fault, and so is an id without a version', async () => {
  await rm(join(scratch.root, file('2024-01', 'sv')));
  await scratch.write('config/terms/kuitti/2024-01.fi.md', '---\n---\n');
  const faults = await scratch.faults();
  expect(faults).toContain('config/terms/oima: 2024-01: found no sv, expected fi, sv, en');
  await rm(join(scratch.root, 'config/terms/kuitti'), { recursive: true });
  await scratch.write('config/terms/kuitti/x', '');
  await rm(join(scratch.root, 'config/terms/kuitti/x'));
  expect(await scratch.faults()).toContain('config/terms/kuitti: found no file, expected a version');
});

test.each([
  ['another name', 'terms.md', 'x', 'oima/terms.md:1: found another file name'],
  ['no front matter', '2025-01.fi.md', 'Ehdot', '2025-01.fi.md:1: found no front matter or no text'],
  ['no text', '2025-01.fi.md', '---\nversion: 2025-01\ndate: 2025-01-01\n---\n', 'found no front matter or no text'],
  [
    'no title',
    '2025-01.fi.md',
    '---\nversion: 2025-01\ndate: 2025-01-01\n---\n\n\nEhdot',
    '2025-01.fi.md:7: found a text without a title',
  ],
  [
    'no such day',
    '2025-01.fi.md',
    '---\nversion: 2025-01\ndate: 2025-02-31\n---\n# x',
    '2025-01.fi.md:3: date: found "2025-02-31", expected a date',
  ],
  [
    'another kind of change',
    '2025-01.fi.md',
    '---\nversion: 2025-01\ndate: 2025-02-01\nchange: huge\n---\n# x',
    '2025-01.fi.md:4: change: found "huge", expected one of major, minor',
  ],
  [
    'the name of another version',
    '2025-01.fi.md',
    '---\ndate: 2025-02-01\nversion: 2025-1\n---\n# x',
    '2025-01.fi.md:3: version: found 2025-1, expected 2025-01, as the file is named',
  ],
])('%s is a fault', async (_, name, content, fault) => {
  await scratch.write(`config/terms/oima/${name}`, content);
  expect(await scratch.faults()).toContain(fault);
});

test('a version that says something else of itself in another language is a fault, each with its line', async () => {
  await writeVersion('2025-01', { date: '2025-02-01', change: 'minor', summary: 'Lyhyesti.' });
  const swedish =
    "---\nversion: '2025-01'\ndate: '2025-02-02'\n\nchange: major\ngraceUntil: '2025-03-01'\n---\n# Villkor\n";
  await scratch.write(file('2025-01', 'sv'), swedish);
  const like = 'as in config/terms/oima/2025-01.en.md';
  expect((await scratch.faults()).split('\n').map((line) => line.trim())).toEqual([
    `${file('2025-01', 'sv')}:3: date: found 2025-02-02, expected 2025-02-01, ${like}`,
    `${file('2025-01', 'sv')}:5: change: found major, expected minor, ${like}`,
    `${file('2025-01', 'sv')}:6: graceUntil: found 2025-03-01, expected nothing, ${like}`,
    `${file('2025-01', 'sv')}:2: summary: found nothing, expected a summary, ${like}`,
  ]);
});

test('days that contradict one another are faults, all told at once', async () => {
  await rm(join(scratch.root, 'config/terms/oima'), { recursive: true });
  await writeVersion('1', { date: '2025-01-01', change: 'minor', graceUntil: '2025-02-01', summary: 'Uutta.' });
  await writeVersion('2', { date: '2025-03-01', change: 'minor', graceUntil: '2025-04-01' });
  await writeVersion('3', { date: '2025-05-01', graceUntil: '2025-04-30' });
  await writeVersion('4', { date: '2025-05-01' });
  const faults = (await scratch.faults()).split('\n').map((line) => line.replace(/^.*oima\//, ''));
  const none = 'expected nothing: it is the first version, which nobody has an earlier one of';
  expect(faults).toEqual([
    `1.en.md:4: change: found minor, ${none}`,
    `1.en.md:5: graceUntil: found 2025-02-01, ${none}`,
    `1.en.md:6: summary: found a summary, ${none}`,
    '2.en.md:5: graceUntil: found 2025-04-01, expected nothing: a minor version is never asked for',
    '3.en.md:4: graceUntil: found 2025-04-30, expected 2025-05-01 (its date) or a later day',
    '4.en.md:3: date: found 2025-05-01, expected another day than that of version 3',
  ]);
});
