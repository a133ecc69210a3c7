/** Whether a page shows a text of ours, by its key. */
import { createTexts, type TextKey } from '../../src/http/texts.ts';
import { visibleText } from './wire.ts';

const texts = createTexts((_locale, what) => what);
const fillers = ['client', 'email', 'contact', 'minutes', 'maskedEmail', 'seconds', 'duration', 'min', 'max', 'hours'];
const anything = '\u0001';

/** The sentence in Finnish, whatever was filled into it. */
export function says(page: string, key: TextKey, params: Readonly<Record<string, string | number>> = {}): boolean {
  const filled = Object.fromEntries(['service', ...fillers].map((name) => [name, anything]));
  const pattern = texts
    .t('fi', key, { ...filled, ...params })
    .replace(/\{\/?a\}/g, '')
    .replace(/[.*+?^$()|[\]\\{}]/g, '\\$&')
    .replaceAll(anything, '.*?');
  return new RegExp(pattern).test(visibleText(page));
}
