/**
 * The code that a person reads off one device and types on another (RFC 8628 6.1): eight letters without vowels, so that
 * they make no words, and without those that look like figures. What the library does not forgive is forgiven here.
 */

export const userCodeCharset = 'base-20';
export const userCodeMask = '****-****';

/** Figures and letters that no code has, by the letter of ours that they are mistaken for. */
const lookAlikes: Readonly<Record<string, string>> = {
  '0': 'Q',
  O: 'Q',
  '1': 'L',
  I: 'L',
  '2': 'Z',
  '5': 'S',
  '6': 'G',
  '8': 'B',
  U: 'V',
  Y: 'V',
};

/** However it was typed: lower case, spaces, dashes, look-alikes. */
export function canonicalUserCode(typed: string): string {
  const letters = typed.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
  return [...letters].map((letter) => lookAlikes[letter] ?? letter).join('');
}

/** As the device shows it. */
export function shownUserCode(typed: string): string {
  const code = canonicalUserCode(typed);
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
