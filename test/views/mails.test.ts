import { describe, expect, test } from '@jest/globals';
import { HtmlValidate } from 'html-validate';
import { locales } from '../../src/http/locale.ts';
import { createRenderer } from '../../src/http/render.ts';
import { createTexts } from '../../src/http/texts.ts';
import { mailNames } from '../../src/http/view-names.ts';
import { sampleMailFrame, sampleMails } from '../support/sample-models.ts';

const renderer = createRenderer({ texts: createTexts() });
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

describe.each(samples)('%s', (_title, name, model) => {
  test.each(locales)('in %s has a subject, a text part and a valid HTML part that say the same', async (locale) => {
    const { subject, html, text } = renderer.renderMail(name, model, sampleMailFrame({ locale }));
    const report = await validator.validateString(html);
    expect(report.results.flatMap(({ messages }) => messages.map((m) => `${m.line} ${m.ruleId} ${m.message}`))).toEqual(
      [],
    );
    expect(html).toContain(`<html lang="${locale}">`);
    expect(subject).toMatch(/^[^\r\n{}]+$/);
    for (const part of [html, text]) {
      expect(part).not.toMatch(/\{[a-zA-Z]|undefined|\[object/);
      expect(part).toContain('tuki@oima.example');
    }
    expect(text).not.toMatch(/<[a-z]|&[a-z#]/);
    expect(text).not.toMatch(/\n{3}/);
    for (const [link] of text.matchAll(/https:\S+/g)) expect(html).toContain(`href="${link}"`);
  });
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
