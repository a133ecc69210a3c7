/**
 * A client gives two colours; everything else is derived and checked, so that no client can make a page unreadable.
 * Accent only decorates. Action carries buttons and links: WCAG 2.2 1.4.3 asks 4.5 of it on card and page.
 */
import type { ClientFile } from './client-schema.ts';
import { contrast, shiftLightness } from './colour.ts';

const light = { page: '#f4f6f8', card: '#ffffff', ink: '#1a1f24', white: '#ffffff' };
const dark = { card: '#1b2127', ink: '#10243a' };

const readable = 4.5;
// On dark cards links are lightened beyond what is demanded: a bare 4.5 glares and tires there.
const comfortable = 7;

type Tones = Readonly<{ accent: string; action: string; actionHover: string; onAction: string }>;

/** The tokens of one client's stylesheet, as `#rrggbb`. */
export type Theme = Readonly<{ light: Tones; dark: Tones; radiusPx: number; font: 'system' | 'atkinson' }>;

/** What is wrong with a brand's colours: the expectation in words with the ratio that was computed; null = readable. */
export function actionFault(action: string): string | null {
  const ratio = Math.min(contrast(action, light.card), contrast(action, light.page));
  if (ratio >= readable) return null;
  return `a darker colour: contrast of ${readable} or more on card and page (this has ${floor2(ratio)})`;
}

/** The theme of a brand whose colours passed. */
export function themeOf({ accent, action, radiusPx, font }: ClientFile['brand']): Theme {
  const darkAction = lightened(action);
  return {
    light: {
      accent,
      action,
      actionHover: shiftLightness(action, -0.08),
      onAction: better(action, light.white, light.ink),
    },
    dark: {
      accent,
      action: darkAction,
      actionHover: shiftLightness(darkAction, 0.05),
      onAction: better(darkAction, light.white, dark.ink),
    },
    radiusPx,
    font,
  };
}

function lightened(action: string): string {
  for (let delta = 0; delta < 1; delta += 0.01) {
    const shifted = shiftLightness(action, delta);
    if (contrast(shifted, dark.card) >= comfortable && contrast(shifted, dark.ink) >= readable) return shifted;
  }
  return light.white;
}

function better(background: string, one: string, other: string): string {
  return contrast(background, one) >= contrast(background, other) ? one : other;
}

// Never rounded up: 4.499 must not read as 4.5.
function floor2(ratio: number): string {
  return (Math.floor(ratio * 100) / 100).toFixed(2);
}
