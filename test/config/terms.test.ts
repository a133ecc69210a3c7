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

async function writeVersion(version: string, date: string, text: string) {
  for (const locale of ['fi', 'sv', 'en']) {
    await scratch.write(
      `config/terms/oima/${version}.${locale}.md`,
      `---\nversion: ${version}\ndate: ${date}\n---\n${text}`,
    );
  }
}

test('versions come oldest first, each text with the hash of what is shown', async () => {
  await writeVersion('2023-12', '2023-12-01', '\r\nVanhat\r\nehdot\r\n');
  await writeVersion('2026-02', '2026-02-01', 'Uudet');
  const versions = (await scratch.load()).terms['oima'] ?? [];
  expect(versions.map(({ version }) => version)).toEqual(['2023-12', '2024-01', '2026-02']);
  expect(versions[0]?.texts.fi).toEqual({
    markdown: 'Vanhat\nehdot',
    hash: createHash('sha256').update('Vanhat\nehdot').digest('base64url'),
  });
});

test('a version without one language is a fault', async () => {
  await rm(join(scratch.root, 'config/terms/oima/2024-01.sv.md'));
  expect(await scratch.faults()).toContain('config/terms/oima: 2024-01: found no sv, expected fi, sv and en');
});

test.each([
  ['another name', 'terms.md', 'x', 'oima/terms.md:1: found another file name'],
  ['no front matter', '2025-01.fi.md', 'Ehdot', '2025-01.fi.md:1: found no front matter or no text'],
  ['no text', '2025-01.fi.md', '---\nversion: 2025-01\ndate: 2025-01-01\n---\n', 'found no front matter or no text'],
  [
    'no such day',
    '2025-01.fi.md',
    '---\nversion: 2025-01\ndate: 2025-02-31\n---\nx',
    '2025-01.fi.md:3: date: found "2025-02-31", expected a date',
  ],
  ['another date', '2024-01.fi.md', '---\nversion: 2024-01\ndate: 2024-02-01\n---\nx', 'date: found 2024-'],
])('%s is a fault', async (_, name, content, fault) => {
  await scratch.write(`config/terms/oima/${name}`, content);
  expect(await scratch.faults()).toContain(fault);
});
