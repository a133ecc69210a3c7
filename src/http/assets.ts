/** Stylesheet, script and icon: a few files whose addresses carry their hash, so that browsers may keep them for ever. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Theme } from '../config/brand.ts';

/** `policy`: a Content-Security-Policy of its own, where the file is somebody else's. */
export type Asset = {
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
  readonly policy?: string;
};

export type Assets = {
  readonly stylesheet: Asset;
  readonly script: Asset;
  readonly icon: Asset;
  /** The whole stylesheet with a client's colours in it: one request, not two. */
  themed(theme: Theme): Asset;
};

/** Throws if a file is missing. */
export function loadAssets(dir = join(import.meta.dirname, '../../views/assets')): Assets {
  const read = (name: string) => readFileSync(join(dir, name), 'utf8');
  const css = read('app.css');
  return {
    stylesheet: asset('app.css', 'text/css; charset=utf-8', css),
    // One request for both.
    script: asset('app.js', 'text/javascript; charset=utf-8', read('app.js') + read('passkeys.js')),
    icon: asset('icon.svg', 'image/svg+xml', read('icon.svg')),
    themed: (theme) => asset('app.css', 'text/css; charset=utf-8', css + themeCss(theme)),
  };
}

function asset(name: string, type: string, content: string): Asset {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const dot = name.lastIndexOf('.');
  const path = `/assets/${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
  return { path, type, body: Buffer.from(content) };
}

// The values come from a checked configuration (`#rrggbb` and whole pixels), never from a request.
function themeCss({ light, dark, radiusPx, plate }: Theme): string {
  const tones = ({ accent, action, actionHover, onAction }: Theme['light']) =>
    `--accent:${accent};--action:${action};--action-hover:${actionHover};--on-action:${onAction}`;
  const behind = plate === null ? '' : `;--plate:${plate}`;
  return `:root{${tones(light)};--radius:${radiusPx}px${behind}}@media(prefers-color-scheme:dark){:root{${tones(dark)}}}`;
}
