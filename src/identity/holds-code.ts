import { parseHetu } from './hetu.ts';

const dashes = /[\p{Pd}\u2212]/gu;
/** Looked for at every place, also where one is written inside another number. */
const written = /(?=(\d{2})[\s.]*(\d{2})[\s.]*(\d{2})\s*([-+A-FU-Y]?)\s*(\d{3})\s*([0-9A-Z]))/gu;

// Whether it is of somebody yet to be born is of no interest here.
const anyTime = Date.parse('2999-12-31');

/**
 * True if a free text holds a Finnish identity code, however it is written. A number that only looks like one, as
 * telephone and customer numbers do, has another check character; but nothing else than a code ends in a letter so.
 */
export function holdsIdentityCode(text: string): boolean {
  const folded = text
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(dashes, '-')
    .toUpperCase();
  return [...folded.matchAll(written)].some(
    ([, day = '', month = '', year = '', sign = '', number = '', check = '']) => {
      const read = (middle: string) =>
        parseHetu(`${day}${month}${year}${middle}${number}${check}`, { allowArtificial: true, now: anyTime });
      if (sign === '') return ['-', 'A'].some((middle) => read(middle).ok);
      const parsed = read(sign);
      return parsed.ok || (parsed.reason === 'check-character' && /[A-Z]/.test(check));
    },
  );
}
