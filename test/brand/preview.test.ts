/** `avain brand preview`: a client's pages and mails as files, as whoever designs them opens them. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { viewNames } from '../../src/http/view-names.ts';
import { runAvain } from '../cli/avain.ts';
import { describeInBrowser } from '../support/browser/describe-in-browser.ts';
import { preparedChromium } from '../support/browser/prepare.ts';

let dir: string;
// A data folder that nobody has started an Avain in: there is no secret and no store.
const env = () => ({ AVAIN_DATA_DIR: join(dir, 'no-data') });
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'avain-brand-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name));

test('every page and every mail is written, opens from the folder, and says what the client says', () => {
  const out = join(dir, 'apu');
  const { status, out: said, told } = runAvain(['brand', 'preview', 'oima-apu', '--out', out, '--locale', 'sv'], env());
  expect([status, told]).toEqual([0, '']);
  expect(said).toContain('link on the card (light) 5.38\n');
  expect(existsSync(join(dir, 'no-data'))).toBe(false);
  const names = filesIn(out);
  const views = viewNames.filter((name) => /^(steps|pages)\//.test(name) && name !== 'pages/form-post');
  for (const view of views) expect(names).toContain(`sv/${view}-1.html`);
  const pages = names.filter((name) => /^sv\/(steps|pages)\/.*\.html$/.test(name));
  for (const name of pages) {
    const html = readFileSync(join(out, name), 'utf8');
    expect(html).toContain('<html lang="sv">');
    // Nothing leads to an address that a folder does not have.
    expect(html).not.toMatch(/(?:href|src|srcset)="\//);
    for (const [, file = ''] of html.matchAll(/(?:href|src)="(\.\.\/[^"#]*)"/g)) {
      if (!/\/(fi|en)\//.test(file)) expect([name, existsSync(join(out, name, '..', file))]).toEqual([name, true]);
    }
  }
  const signIn = readFileSync(join(out, 'sv/steps/sign-in-1.html'), 'utf8');
  expect(signIn).toContain('Oima personlig assistans');
  expect(signIn).toContain('välfärdsområdet måste ha gett dig rätt');
  expect(readFileSync(join(out, 'sv/mail/activate-1.txt'), 'utf8')).toContain('Oima personlig assistans');
  expect(readFileSync(join(out, 'sv/mail/activate-1.html'), 'utf8')).toContain('background:#a85300');
  const cookies = readFileSync(join(out, 'sv/pages/cookies-1.html'), 'utf8');
  expect(cookies.match(/<dt>/g)).toHaveLength(6);
  const index = readFileSync(join(out, 'index.html'), 'utf8');
  for (const name of pages) expect(index).toContain(`href="${name}"`);
});

test('dark is dark on any machine', () => {
  const out = join(dir, 'dark');
  const only = ['--locale', 'fi', '--only', 'steps/sign-in-1'];
  expect(runAvain(['brand', 'preview', 'oima', '--out', out, '--dark', ...only], env()).status).toBe(0);
  const [sheet = ''] = filesIn(out).filter((name) => name.endsWith('.css'));
  const css = readFileSync(join(out, sheet), 'utf8');
  expect(css).not.toMatch(/prefers-color-scheme|color-scheme: light/);
  expect(css).toContain('color-scheme: dark');
});

test('whoever asks for a client that is not there is told which there are, and for pictures without a Chromium, how', () => {
  const nobody = runAvain(['brand', 'preview', 'nobody', '--out', join(dir, 'nobody')], env());
  expect([nobody.status, nobody.told]).toEqual([1, expect.stringContaining('kuitti, oima, oima-apu')]);
  const only = ['--locale', 'fi', '--only', 'mail/reset', '--png'];
  const blind = runAvain(['brand', 'preview', 'oima', '--out', join(dir, 'blind'), ...only], {
    ...env(),
    AVAIN_CHROMIUM: '',
  });
  expect([blind.status, blind.told]).toEqual([1, expect.stringContaining('AVAIN_CHROMIUM=/usr/bin/chromium')]);
  expect(existsSync(join(dir, 'blind/fi/mail/reset-1.html'))).toBe(true);
});

describeInBrowser('with a Chromium', () => {
  test('pictures lie beside the pages, as wide as a phone and as a desktop, and as long as the page', () => {
    const search = preparedChromium();
    if (!search || !('found' in search)) throw new Error('no browser');
    const out = join(dir, 'pictures');
    const only = ['--locale', 'en', '--only', 'steps/terms-1', '--png'];
    const chromium = { ...env(), ...search.found.env, AVAIN_CHROMIUM: search.found.path };
    const { status, told } = runAvain(['brand', 'preview', 'kuitti', '--out', out, ...only], chromium);
    expect([status, told]).toEqual([0, '']);
    for (const [picture, width] of [
      ['phone', 360],
      ['desktop', 1_280],
    ] as const) {
      const png = readFileSync(join(out, `en/steps/terms-1.${picture}.png`));
      expect([png.readUInt32BE(16), png.readUInt32BE(20) > 500]).toEqual([width, true]);
    }
  });
});
