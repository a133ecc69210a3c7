import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { actionFault, themeOf } from '../../src/config/brand.ts';
import { contrast, shiftLightness } from '../../src/config/colour.ts';

const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

test('contrast is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#ffffff', '#0b57a4')).toBeCloseTo(7.2, 1);
  expect(contrast('#f28c00', '#ffffff')).toBeCloseTo(2.46, 2);
  expect(contrast('#1a1f24', '#f28c00')).toBeCloseTo(6.74, 1);
  expect(contrast('#a85300', '#ffffff')).toBeCloseTo(5.38, 1);
});

test('an orange that cannot be read is refused, its darker sister is not', () => {
  expect(actionFault('#f28c00')).toContain('this has 2.2');
  expect(actionFault('#a85300')).toBeNull();
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
      colour.filter((action) => actionFault(action) === null),
      (action) => {
        const { light, dark } = themeOf({ accent: action, action, radiusPx: 4, font: 'system', logo: null });
        for (const tones of [light, dark]) {
          expect(contrast(tones.onAction, tones.action)).toBeGreaterThanOrEqual(4.5);
          expect(contrast(tones.onAction, tones.actionHover)).toBeGreaterThanOrEqual(4.5);
        }
        expect(contrast(light.action, '#f4f6f8')).toBeGreaterThanOrEqual(4.5);
        expect(contrast(dark.action, '#1b2127')).toBeGreaterThanOrEqual(4.5);
        expect(contrast(dark.action, '#12161a')).toBeGreaterThanOrEqual(4.5);
      },
    ),
  );
});
