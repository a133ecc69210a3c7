/**
 * One function decides names and flags of every cookie (decisions.md §6).
 *
 * https issuer: `__Host-` / `__Secure-` prefixes and Secure. http issuer (development only): the same names without a
 * prefix, with the port in them, since all ports of one host share their cookies.
 */
export type CookieKind = 'browser' | 'session' | 'interaction' | 'resume' | 'locale' | 'link';

/** Cookies with a path of their own cannot be `__Host-`. */
const pathScoped = new Set<CookieKind>(['interaction', 'resume', 'link']);

export type CookieNaming = { readonly secure: boolean; name(kind: CookieKind): string };

export function cookieNaming(issuer: string): CookieNaming {
  const { protocol, port } = new URL(issuer);
  const secure = protocol === 'https:';
  return {
    secure,
    name: (kind) => {
      if (!secure) return `avain_${kind}${port && `_${port}`}`;
      return `${pathScoped.has(kind) ? '__Secure-' : '__Host-'}avain_${kind}`;
    },
  };
}
