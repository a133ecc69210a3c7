import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { logoFault } from '../../src/config/logo.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'avain-logo-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function faultOf(content: string | Buffer) {
  const path = join(dir, 'logo');
  await writeFile(path, content);
  return logoFault(path);
}

const svg = (inside: string) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">${inside}</svg>`;

test('a PNG and a quiet SVG are fine', async () => {
  expect(await faultOf(Buffer.from('89504e470d0a1a0a00', 'hex'))).toBeNull();
  expect(await faultOf(svg('<path id="a" d="M0 0h1v1z" fill="url(#g)"/><use href="#a"/>'))).toBeNull();
});

test('a folder, a device without an end and what is not there are no logos', async () => {
  for (const path of [dir, '/dev/zero', join(dir, 'nothing')])
    expect(await logoFault(path)).toBe('a file that exists and can be read');
});

test.each([
  ['script', svg('<script>1</script>'), 'without script'],
  ['an event attribute', svg('<path onload="x()"/>'), 'without script'],
  ['foreignObject', svg('<foreignObject/>'), 'without script'],
  ['an entity', `<!DOCTYPE svg [<!ENTITY x "y">]>${svg('&x;')}`, 'without script'],
  ['an image from elsewhere', svg('<image href="https://evil.example/a.png"/>'), 'without references outside'],
  ['a style from elsewhere', svg('<path fill="url(https://evil.example/a)"/>'), 'without references outside'],
  ['a web page', '<html></html>', 'a PNG or an SVG'],
  ['too many bytes', svg(' '.repeat(50_001)), 'at most 50 kB'],
])('%s is refused', async (_, content, expected) => {
  expect(await faultOf(content)).toContain(expected);
});

test('a missing file is refused', async () => {
  expect(await logoFault(join(dir, 'none'))).toContain('exists');
});
