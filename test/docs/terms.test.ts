/** docs/terms.md: its example is what happens, its files are accepted, and its recipe gives the very hash. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { termsStanding } from '../../src/accounts/terms.ts';
import type { Fault } from '../../src/config/faults.ts';
import { readTerms } from '../../src/config/terms.ts';
import { startOfDay } from '../../src/finnish-day.ts';
import { developmentScratch, repository, type Scratch } from '../config/scratch.ts';
import { block, coded, table } from './pages.ts';

const page = 'docs/terms.md';
const minuteMs = 60_000;

let scratch: Scratch;
beforeEach(async () => {
  scratch = await developmentScratch();
});
afterEach(() => scratch.remove());

const publish = async (id: string, version: string, text: string): Promise<void> => {
  for (const locale of ['fi', 'sv', 'en']) await scratch.write(`config/terms/${id}/${version}.${locale}.md`, text);
};

test('the example of a file is accepted, with all that it says', async () => {
  await publish('oima', '2026-03', block(page, 'markdown second'));
  const version = (await scratch.load()).terms['oima']?.at(-1);
  expect(version).toMatchObject({ date: '2026-03-01', change: 'major', graceUntil: '2026-03-31' });
  expect(version?.texts.en).toMatchObject({
    title: 'Terms of use of Oima',
    summary: expect.stringMatching(/^Two points are new:\n\n- an account/),
  });
  const keys = table(page, 'key').map(([key = '']) => coded(key)[0]);
  const front = /^---\n([\s\S]*?)\n---/.exec(block(page, 'markdown second'))?.[1] ?? '';
  expect([...front.matchAll(/^(\w+):/gm)].map(([, key]) => key)).toEqual(keys);
});

test('everybody in the table is asked what it says', async () => {
  for (const [version = '', ...front] of table(page, 'version')) {
    const lines = ['date', 'change', 'graceUntil'].map((key, at) => [key, (front[at] ?? '').replaceAll('`', '')]);
    const given = lines.filter(([, value]) => value !== '').map(([key, value]) => `${key}: ${value}`);
    const [name = ''] = coded(version);
    await publish('example', name, `---\nversion: ${name}\n${given.join('\n')}\n---\n# Terms\n\n${name}\n`);
  }
  const { terms } = await scratch.load();
  const rows = table(page, 'moment');
  expect(rows.length).toBeGreaterThan(8);
  for (const [moment = '', last = '', asked, decideBy] of rows) {
    const [day = '', hours = 0, minutes = 0] = moment.split(/[ :]/);
    const now = startOfDay(day) + (Number(hours) * 60 + Number(minutes)) * minuteMs;
    const [version] = coded(last);
    const account = { terms: version === undefined ? {} : { example: { version, acceptedAt: 1 } } };
    const standing = termsStanding({ terms }, { terms: 'example' }, account, now);
    const words = { due: 'must accept', postponable: 'may put off' };
    const told = standing?.demand ? `${words[standing.demand]} \`${standing.current.version}\`` : 'nothing';
    expect([moment, last, told, standing?.decideBy ?? '']).toEqual([moment, last, asked, decideBy]);
  }
});

test('the recipe of the hash needs nothing of Avain and finds what Avain keeps', async () => {
  const told = execFileSync('sh', ['-c', block(page, 'sh hash')], { cwd: repository, encoding: 'utf8' });
  const faults: Fault[] = [];
  const { oima = [] } = await readTerms(join(repository, 'config/terms'), 'config/terms', faults);
  expect([told, faults]).toEqual([`${oima.find(({ version }) => version === '2024-01')?.texts.fi.hash}\n`, []]);
});
