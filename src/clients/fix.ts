/** What to do about a fault in a client file: the words after "fix:", for a person who has the file open. */
import { clientFileSchema } from '../config/client-schema.ts';
import type { Fault } from '../config/faults.ts';

const keys = Object.keys(clientFileSchema.shape);

export function fixOf({ file, line, key, found, expected }: Fault): string {
  if (found === 'an unknown key') return fixOfUnknownKey(key);
  if (found === 'no such file') return `make ${file}, or take its name out of where it is named`;
  if (found === 'no such folder') return `make the folder ${file}, or take it out of clientsDirs`;
  if (found.startsWith('no readable file')) return fixOfSecret(found);
  if (found.startsWith('client_id')) return `give ${file} another name`;
  if (key === '') return line === null ? `see to ${file}` : `correct line ${line}`;
  const address = fixOfAddress(key, found);
  if (address) return address;
  if (expected.startsWith('nothing')) return `remove ${key}`;
  return found === 'nothing' ? `add ${key}: ${expected}` : `change ${key} to ${expected}`;
}

/** The key that was probably meant is the one that is nearest by letters, if any is near at all. */
function fixOfUnknownKey(key: string): string {
  const name = key.split('.').at(-1) ?? '';
  const outermost = !key.includes('.');
  const near = outermost
    ? keys.map((one) => ({ one, off: distance(one.toLowerCase(), name.toLowerCase().replaceAll(/[_-]/g, '')) }))
    : [];
  const [nearest] = near.toSorted((a, b) => a.off - b.off);
  const isNear = nearest && nearest.off <= Math.max(2, Math.floor(name.length / 4));
  return isNear ? `write ${nearest.one} instead of ${name}` : `remove ${key}: the docs name every key there is`;
}

function fixOfSecret(found: string): string {
  const path = found.replace('no readable file ', '');
  return `umask 077; openssl rand -base64 48 | tr -d '\\n' > ${path}`;
}

/** Of addresses of a client: the one thing that most often is wrong with one. */
function fixOfAddress(key: string, found: string): string | null {
  if (!/ur[il]s?(?:\.|$)/i.test(key) || !found.startsWith('"')) return null;
  if (found.includes('*')) return 'write each address in full, one a line: no pattern is ever matched';
  if (found.includes('#')) return 'leave out "#" and what is behind it';
  if (/^"http:/.test(found)) return 'write https: instead of http:, which is for localhost alone';
  if (/^"[a-z][a-z0-9+.-]*:/.test(found) && !/^"https?:/.test(found)) {
    return 'a scheme of its own is for type: public with application: native, and has a dot: com.example.app:/callback';
  }
  return /^"https?:/.test(found) ? null : 'begin with https://';
}

/** Of Levenshtein. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
