/** A client's logo is a file from outside on our own pages: small, with fixed dimensions, and unable to do anything. */
import { readFile, stat } from 'node:fs/promises';

const maxBytes = 50_000;

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

// A deny-list can be outwitted, so logos are served with a CSP of their own as well; this tells the honest mistake.
const active = /<script|<foreignObject|<iframe|<!ENTITY|<\?xml-stylesheet|\son[a-z]+\s*=|javascript:|@import/i;
const outsideReference = /(?:href|src)\s*=\s*["']\s*(?!#|["'])|url\(\s*["']?\s*(?!#)/i;

/** What is expected of the file instead of what it is; null = fine. */
export async function logoFault(path: string): Promise<string | null> {
  // Looked at before it is read: whoever puts a client into the store names a path of this machine, and a device has no end.
  const state = await stat(path).catch(() => null);
  if (state?.isFile() && state.size > maxBytes) return `at most ${maxBytes / 1000} kB`;
  const bytes = state?.isFile() ? await readFile(path).catch(() => null) : null;
  if (bytes === null) return 'a file that exists and can be read';
  if (bytes.subarray(0, png.length).equals(png)) return null;
  const text = bytes.toString('utf8');
  if (!/<svg[\s>]/i.test(text)) return 'a PNG or an SVG';
  if (active.test(text)) return 'an SVG without script, foreignObject or event attributes';
  if (outsideReference.test(text)) return 'an SVG without references outside itself';
  return null;
}
