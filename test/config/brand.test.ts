import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { brandFault, brandRatios, brandWarnings, themeOf } from '../../src/config/brand.ts';
import { contrast, shiftLightness } from '../../src/config/colour.ts';

const brandOf = (action: string) => ({ accent: action, action, radiusPx: 4, logo: null });

const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

test('contrast is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#ffffff', '#0b57a4')).toBeCloseTo(7.2, 1);
  expect(contrast('#f28c00', '#ffffff')).toBeCloseTo(2.46, 2);
  expect(contrast('#1a1f24', '#f28c00')).toBeCloseTo(6.74, 1);
  expect(contrast('#a85300', '#ffffff')).toBeCloseTo(5.38, 1);
});

test('an orange that cannot be read is refused, its darker sister is not', () => {
  expect(brandFault(brandOf('#f28c00'))).toBe(
    'a darker colour: link on the card (light) 2.46, 4.5 or more is needed; ' +
      'link on the page (light) 2.27, 4.5 or more is needed; edge of a button (light) 2.46, 3 or more is needed',
  );
  expect(brandFault(brandOf('#a85300'))).toBeNull();
});

test('a button that looks like an error message is worth a second look, and no more', () => {
  expect(brandFault(brandOf('#b8281f'))).toBeNull();
  expect(brandWarnings(brandOf('#b8281f'))).toEqual([
    expect.stringContaining('(light): #b8281f'),
    expect.stringContaining('(dark): #ff8c7d'),
  ]);
  for (const fine of ['#a85300', '#0b57a4', '#0f6b3a']) expect(brandWarnings(brandOf(fine))).toEqual([]);
});

test('no shift of lightness leaves what a colour is', () => {
  fc.assert(
    fc.property(colour, (one) => {
      const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(one.slice(at, at + 2), 16));
      const same = shiftLightness(one, 0);
      const drift = [red, green, blue].map((value, index) =>
        Math.abs((value ?? 0) - Number.parseInt(same.slice(1 + 2 * index, 3 + 2 * index), 16)),
      );
      expect(Math.max(...drift)).toBeLessThanOrEqual(8);
    }),
  );
});

test('whatever action passes, every text derived from it can be read, light and dark', () => {
  fc.assert(
    fc.property(
      colour.filter((action) => brandFault(brandOf(action)) === null),
      (action) => {
        const { light, dark } = themeOf(brandOf(action));
        for (const tones of [light, dark]) {
          expect(contrast(tones.onAction, tones.action)).toBeGreaterThanOrEqual(4.5);
          expect(contrast(tones.onAction, tones.actionHover)).toBeGreaterThanOrEqual(4.5);
        }
        expect(contrast(light.action, '#f4f6f8')).toBeGreaterThanOrEqual(4.5);
        expect(contrast(dark.action, '#1b2127')).toBeGreaterThanOrEqual(4.5);
        expect(contrast(dark.action, '#12161a')).toBeGreaterThanOrEqual(4.5);
        for (const { ratio, least } of brandRatios(brandOf(action))) expect(ratio).toBeGreaterThanOrEqual(least);
      },
    ),
  );
});
