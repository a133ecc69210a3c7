/**
 * A client gives two colours; everything else is derived and checked, so that no client can make a page unreadable.
 * Accent only decorates. Action carries buttons and links: WCAG 2.2 1.4.3 asks 4.5 of it on card and page.
 */
import type { ClientFile } from './client-schema.ts';
import { contrast, difference, shiftLightness } from './colour.ts';

// As app.css has them.
const surfaces = {
  light: { page: '#f4f6f8', card: '#ffffff', error: '#b3261e' },
  dark: { page: '#12161a', card: '#1b2127', error: '#ff9d94' },
} as const;
const white = '#ffffff';
const ink = { light: '#1a1f24', dark: '#10243a' } as const;

const readable = 4.5;
/** Edges of buttons and fields: WCAG 2.2 1.4.11. */
const visible = 3;
// On dark cards links are lightened beyond what is demanded: a bare 4.5 glares and tires there.
const comfortable = 7;
// Nearer than this, a button is taken for an error message by whoever looks at it in passing.
const confusable = 0.06;

type Tones = Readonly<{ accent: string; action: string; actionHover: string; onAction: string }>;
type Mode = keyof typeof surfaces;
const modes = ['light', 'dark'] as const;

/** The tokens of one client's stylesheet, as `#rrggbb`. */
export type Theme = Readonly<{ light: Tones; dark: Tones; radiusPx: number; plate: string | null }>;

/** Two colours that meet on a page, and how well the one is seen on the other. */
export type BrandRatio = Readonly<{
  what: string;
  mode: Mode;
  colours: readonly [string, string];
  ratio: number;
  /** Less is refused. */
  least: number;
}>;

/** Every pair of colours that a brand decides, light and dark; what is derived is in it, so that it can be looked at. */
export function brandRatios(brand: ClientFile['brand']): readonly BrandRatio[] {
  const theme = themeOf(brand);
  return modes.flatMap((mode) => {
    const { action, actionHover, onAction } = theme[mode];
    const { card, page } = surfaces[mode];
    const pairs: readonly (readonly [what: string, one: string, other: string, least: number])[] = [
      ['text on a button', onAction, action, readable],
      ['text on a button under the pointer', onAction, actionHover, readable],
      ['link on the card', action, card, readable],
      ['link on the page', action, page, readable],
      ['edge of a button', action, card, visible],
    ];
    return pairs.map(([what, one, other, least]) => ({
      what,
      mode,
      colours: [one, other] as const,
      ratio: contrast(one, other),
      least,
    }));
  });
}

/** `link on the card 2.46, 4.5 or more is needed`; never rounded up, as 4.499 must not read as 4.5. */
export function tellRatio({ what, mode, ratio, least }: BrandRatio): string {
  const told = `${what} (${mode}) ${(Math.floor(ratio * 100) / 100).toFixed(2)}`;
  return ratio < least ? `${told}, ${least} or more is needed` : told;
}

/** What is wrong with a brand's colours: the expectation in words with the ratios that fail; null = readable. */
export function brandFault(brand: ClientFile['brand']): string | null {
  const failing = brandRatios(brand).filter(({ ratio, least }) => ratio < least);
  return failing.length === 0 ? null : `a darker colour: ${failing.map(tellRatio).join('; ')}`;
}

/** What is allowed and still worth a second look, in words. */
export function brandWarnings(brand: ClientFile['brand']): readonly string[] {
  const theme = themeOf(brand);
  return modes
    .filter((mode) => difference(theme[mode].action, surfaces[mode].error) < confusable)
    .map((mode) => `brand.action looks like the red of error messages (${mode}): ${theme[mode].action}`);
}

/** The theme of a brand whose colours passed. */
export function themeOf({ accent, action, radiusPx, logo }: ClientFile['brand']): Theme {
  const darkAction = lightened(action);
  return {
    light: {
      accent,
      action,
      actionHover: shiftLightness(action, -0.08),
      onAction: better(action, white, ink.light),
    },
    dark: {
      accent,
      action: darkAction,
      actionHover: shiftLightness(darkAction, 0.05),
      onAction: better(darkAction, white, ink.dark),
    },
    radiusPx,
    plate: logo?.plate ?? null,
  };
}

function lightened(action: string): string {
  for (let delta = 0; delta < 1; delta += 0.01) {
    const shifted = shiftLightness(action, delta);
    if (contrast(shifted, surfaces.dark.card) >= comfortable && contrast(shifted, ink.dark) >= readable) return shifted;
  }
  return white;
}

function better(background: string, one: string, other: string): string {
  return contrast(background, one) >= contrast(background, other) ? one : other;
}
