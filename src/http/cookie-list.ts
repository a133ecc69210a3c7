/** Every cookie that Avain sets, for the page that tells of them; test/flows/statements.test.ts holds it to the truth. */
import type { Config } from '../config/schema.ts';
import { type CookieKind, cookieNaming } from './cookie-names.ts';
import { localeCookieSeconds } from './language-switch.ts';
import type { CookiesModel } from './statement-models.ts';
import type { TextRef } from './views.ts';

type Cookie = {
  readonly purpose: TextRef;
  /** null = until the browser is closed. */
  readonly lifeSeconds: (lives: Config['lives']) => number | null;
  /** Signed by the library: a second cookie beside it holds the signature. */
  readonly signed: boolean;
};

const cookies: Readonly<Record<CookieKind, Cookie>> = {
  browser: {
    purpose: { key: 'cookies.purpose-browser' },
    lifeSeconds: ({ browserCookieSeconds }) => browserCookieSeconds,
    signed: false,
  },
  session: { purpose: { key: 'cookies.purpose-session' }, lifeSeconds: () => null, signed: true },
  interaction: {
    purpose: { key: 'cookies.purpose-interaction' },
    lifeSeconds: ({ journeySeconds }) => journeySeconds,
    signed: true,
  },
  resume: {
    purpose: { key: 'cookies.purpose-resume' },
    lifeSeconds: ({ journeySeconds }) => journeySeconds,
    signed: true,
  },
  link: { purpose: { key: 'cookies.purpose-link' }, lifeSeconds: () => null, signed: false },
  locale: { purpose: { key: 'cookies.purpose-locale' }, lifeSeconds: () => localeCookieSeconds, signed: false },
};

const hourSeconds = 3_600;
const daySeconds = 24 * hourSeconds;

function lifeText(seconds: number | null): TextRef {
  if (seconds === null) return { key: 'cookies.life-session' };
  // Never told as shorter than it is.
  return seconds < 2 * daySeconds
    ? { key: 'cookies.life-hours', params: { count: Math.ceil(seconds / hourSeconds) } }
    : { key: 'cookies.life-days', params: { count: Math.ceil(seconds / daySeconds) } };
}

/** The rows of the cookie page, by their names under this issuer. */
export function cookieList({ issuer, lives }: Pick<Config, 'issuer' | 'lives'>): CookiesModel['cookies'] {
  const naming = cookieNaming(issuer);
  // The cast: Object.entries forgets that a record's keys are its type's.
  return (Object.entries(cookies) as [CookieKind, Cookie][]).map(([kind, { purpose, lifeSeconds, signed }]) => {
    const name = naming.name(kind);
    return { names: signed ? [name, `${name}.sig`] : [name], purpose, life: lifeText(lifeSeconds(lives)) };
  });
}
