import { describe, expect, test } from '@jest/globals';
import { linksOf, splitAtLinks } from '../../../src/demo/mailbox/links.ts';

describe('the links of a mail', () => {
  test('come from the html part with their words, each address once', () => {
    const markup = `<a class="b" href='https://a.example/x?1=2&amp;3=4'><b>Aktivoi</b>\n tili</a>
      <a href="https://a.example/x?1=2&#38;3=4">sama</a> <a href="javascript:alert(1)">paha</a> <a name="x">ei</a>`;
    expect(linksOf({ html: markup, text: '' })).toEqual([
      { href: 'https://a.example/x?1=2&3=4', label: 'Aktivoi tili' },
    ]);
  });

  test('come from the text part when there is no other, without the punctuation after them', () => {
    const text = 'Avaa (http://localhost:3000/links/activate/x#y). Ei ftp://a.example.';
    expect(linksOf({ html: '', text }).map(({ href }) => href)).toEqual(['http://localhost:3000/links/activate/x#y']);
    expect(
      splitAtLinks(text)
        .map((part) => (typeof part === 'string' ? part : part.href))
        .join(''),
    ).toBe(text);
  });
});
