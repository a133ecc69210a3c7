import { describe, expect, test } from '@jest/globals';
import { HtmlValidate } from 'html-validate';
import { locales } from '../../src/http/locale.ts';
import { createRenderer } from '../../src/http/render.ts';
import { createTexts, type TextKey } from '../../src/http/texts.ts';
import { mailNames } from '../../src/http/view-names.ts';
import { sampleMailFrame, sampleMails } from '../support/sample-models.ts';

const texts = createTexts();
const renderer = createRenderer({ texts });
// Mail programs know inline styles, old roles and tables; what is bad manners on a page is the trade here.
const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:recommended'],
  rules: {
    'no-inline-style': 'off',
    'presentation-role-style': 'off',
    'prefer-native-element': 'off',
    // The address to copy stands as it is.
    'long-title': 'off',
  },
});
const samples = mailNames.flatMap((name) =>
  sampleMails[name].map((model, index) => [`${name} ${index}`, name, model as never] as const),
);

const decoded = (html: string): string =>
  html.replaceAll(/&(?:amp|lt|gt|quot|#39|#34);/g, (entity) => {
    const known: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
    return known[entity] ?? '"';
  });

/** What is read in the HTML part, in its order: each run of words that no line break or element cuts. */
function runsOf(html: string): string[] {
  const body = html.slice(html.indexOf('<body'));
  const runs = body.split(/<(?!\/?(?:strong)\b)[^>]*>/).map((run) => decoded(run.replaceAll(/<[^>]*>/g, '')).trim());
  return runs.filter((run) => run !== '');
}

/** What is read in the text part, in its order; a link's label stands before it with a colon. */
const linesOf = (text: string): string[] =>
  text.split('\n').filter((line, index, lines) => {
    return line !== '' && line !== '--' && !(lines[index + 1] ?? '').startsWith('https:');
  });

const hrefsOf = (html: string): string[] => [...html.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => decoded(href));

describe.each(samples)('%s', (_title, name, model) => {
  test.each(locales)('in %s says the same in its text part and in a valid HTML part', async (locale) => {
    const frame = sampleMailFrame({ locale });
    const { subject, html, text } = renderer.renderMail(name, model, frame);
    const report = await validator.validateString(html);
    expect(report.results.flatMap(({ messages }) => messages.map((m) => `${m.line} ${m.ruleId} ${m.message}`))).toEqual(
      [],
    );
    expect(html).toContain(`<html lang="${locale}">`);
    expect(html).toContain(`<div role="main" lang="${locale}">`);
    expect(subject).toMatch(/^[^\r\n{}]{1,78}$/);
    for (const part of [html, text]) {
      expect(part).not.toMatch(/\{[a-zA-Z]|undefined|\[object/);
      expect(part).toContain('tuki@oima.example');
    }
    expect(text).not.toMatch(/<[a-z]|&[a-z#]|\n{3}|[ \t]\n/);

    // The subject is a heading; a button has its address below it, and a word before that: that is all there is more.
    const preheader = html.includes('display:none') ? [runsOf(html)[0] ?? ''] : [];
    const fallback = texts.t(locale, 'mail.button-fallback');
    const labels = text.split('\n').filter((_line, at, lines) => (lines[at + 1] ?? '').startsWith('https:'));
    const more = [subject, fallback, ...preheader, ...labels.map((label) => label.replace(/:$/, ''))];
    expect(runsOf(html).filter((run) => !more.includes(run))).toEqual(linesOf(text));
  });

  test('has the same links in both parts, each whole on a line of its own, and fetches nothing', () => {
    const { html, text } = renderer.renderMail(name, model, sampleMailFrame());
    const links = text.split('\n').filter((line) => line.startsWith('https:'));
    expect([...text.matchAll(/https?:/g)]).toHaveLength(links.length);
    // A button and its address below it: nothing else leads anywhere, and no opening of the mail is seen by anybody.
    expect(hrefsOf(html)).toEqual(links.flatMap((link) => [link, link]));
    expect(html).not.toMatch(/<(?:img|link|script|iframe|object|video|audio|style)\b|url\(|src=|background="/i);
  });
});

test('a mail that says its owner may not have done it says what to do then: press, undo, or ask support', () => {
  const silent = mailNames.filter((name) => {
    const model = sampleMails[name][0] as never;
    const { text } = renderer.renderMail(name, model, sampleMailFrame());
    const ways = ['mail.not-me.link', 'mail.not-you-support', 'mail.undo-address.button', 'mail.code.ignore'] as const;
    return ![...ways, 'mail.address-pending-old.button' as TextKey].some((key) => text.includes(texts.t('fi', key)));
  });
  // Asked for by whoever types an address, or telling of what the owner cannot undo.
  expect(silent.sort()).toEqual([
    'accessibility-feedback',
    'activate',
    'address-in-use',
    'address-restored',
    'confirm-address',
    'deletion-done',
    'dormant',
    'exists',
    'no-account',
    'reset',
  ]);
});

test('every mail in which somebody did something says where from, where it is known', () => {
  const [where, nowhere] = [{ program: 'Firefox', system: 'Linux', network: '81.175.0.0/16' }, null];
  const notices = mailNames.filter((name) => 'notMeHref' in (sampleMails[name][0] ?? {}));
  expect(notices.length).toBeGreaterThan(10);
  for (const name of notices) {
    const say = (from: object | null) =>
      renderer.renderMail(name, { ...sampleMails[name][0], where: from } as never, sampleMailFrame({ locale: 'en' }));
    expect([name, say(where).text]).toEqual([
      name,
      expect.stringContaining('Device: Firefox, Linux.\nNetwork: IP address starting with 81.175.\n'),
    ]);
    expect(say(nowhere).text).not.toMatch(/Device:|Network:/);
  }
});

test('a link stands on a line of its own, whole', () => {
  const href = 'https://avain.example/links/reset/a-b_c?x=1&y=2';
  const { text, html } = renderer.renderMail('reset', { href, validUntil: 0 }, sampleMailFrame());
  expect(text.split('\n')).toContain(href);
  expect(html).toContain('href="https://avain.example/links/reset/a-b_c?x=1&amp;y=2"');
});

test('the code is in the body only, right after its word', () => {
  const model = { code: '042137', validUntil: 0, linking: true };
  const { subject, text, html } = renderer.renderMail('code', model, sampleMailFrame());
  expect(subject).not.toContain('042137');
  expect(text).toContain('Turvakoodisi on: 042137\n');
  expect(html.match(/042137/g)).toHaveLength(1);
  expect(html.slice(0, html.indexOf('<h1'))).not.toContain('042137');
});

test('support without a telephone is told without one', () => {
  const frame = sampleMailFrame();
  const support = { ...frame.service.support, phone: null };
  const { text } = renderer.renderMail(
    'deletion-done',
    { at: 0 },
    { ...frame, service: { ...frame.service, support } },
  );
  expect(text).toContain('Ota yhteyttä: tuki@oima.example\n');
});
