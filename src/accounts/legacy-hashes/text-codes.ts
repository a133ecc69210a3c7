/** Base64 as hashes spell it, and how long what they hold may be. A text that is not exactly what encoding its bytes gives is refused: it was cut or retyped. */

export function fromBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

/** Without `=` at the end, as in PHC strings. */
export function fromUnpadded(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return toUnpadded(bytes) === text ? bytes : null;
}

export function toUnpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '');
}

/** A multiple of four bytes, as every system makes them: most hashes that a too narrow column has cut are not. */
export function isDigestLength(length: number): boolean {
  return length >= 16 && length <= 128 && length % 4 === 0;
}
