/** Redirect URIs are compared letter by letter (RFC 9700 4.1.3); this says in which part one of them is another. */

/** In the order of an address, which is the order in which they are told. */
const parts = ['scheme', 'userinfo', 'host', 'port', 'path', 'query', 'fragment'] as const;
type Part = (typeof parts)[number];

/** `case`, `last-slash` and `encoding` say more of a part than that it differs. */
export type RedirectDifference = Part | 'case' | 'last-slash' | 'encoding';

export type NearestRedirect = {
  /** The registered one that the asked one is most like. */
  readonly registered: string;
  /** Never empty. */
  readonly differences: readonly RedirectDifference[];
};

/** What a pattern finds at its end of the text, and the rest. */
function cut(text: string, pattern: RegExp): readonly [found: string, rest: string] {
  const found = pattern.exec(text)?.[0] ?? '';
  return [found, text.replace(pattern, '')];
}

/** The parts of any text as they are written; put together they are the text again, so no difference is overlooked. */
export function partsOf(text: string): Readonly<Record<Part, string>> {
  const [fragment, unfragmented] = cut(text, /#.*$/s);
  const [query, unqueried] = cut(unfragmented, /\?.*$/s);
  const [scheme, hierarchy] = cut(unqueried, /^([^:/]*:)?\/\/|^[^:/]*:/);
  const [authority, path] = scheme.endsWith('//') ? cut(hierarchy, /^[^/]*/) : ['', hierarchy];
  const [userinfo, hostAndPort] = cut(authority, /^.*@/s);
  const [port, host] = cut(hostAndPort, /:\d*$/);
  return { scheme, userinfo, host, port, path, query, fragment };
}

const withoutLastSlash = (text: string): string => text.replace(/\/$/, '');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function kindOf(part: Part, asked: string, registered: string): RedirectDifference {
  if (asked.toLowerCase() === registered.toLowerCase()) return 'case';
  if (part !== 'path') return part;
  if (withoutLastSlash(asked) === withoutLastSlash(registered)) return 'last-slash';
  return decoded(asked) === decoded(registered) ? 'encoding' : 'path';
}

function differencesOf(asked: string, registered: string): RedirectDifference[] {
  const [one, other] = [partsOf(asked), partsOf(registered)];
  const differing = parts.filter((part) => one[part] !== other[part]);
  return [...new Set(differing.map((part) => kindOf(part, one[part], other[part])))];
}

function sameBeginning(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

/** Null where `asked` is one of them, or where there are none to compare it with. */
export function nearestRedirect(asked: string, registered: readonly string[]): NearestRedirect | null {
  if (registered.includes(asked)) return null;
  const candidates = registered
    .map((uri) => ({ registered: uri, differences: differencesOf(asked, uri), alike: sameBeginning(asked, uri) }))
    .sort((a, b) => a.differences.length - b.differences.length || b.alike - a.alike);
  const [nearest] = candidates;
  return nearest ? { registered: nearest.registered, differences: nearest.differences } : null;
}
