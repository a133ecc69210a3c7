/** The small kinds of values that configuration is made of; each message says what is expected, never what was found. */
import { z } from 'zod';

/** The languages of Avain, in the order in which they are offered. */
export const configLocales = ['fi', 'sv', 'en'] as const;

export const localeSchema = z.enum(configLocales);

/** One text in all three languages. */
export const localizedSchema = z.strictObject({
  fi: z.string().trim().min(1),
  sv: z.string().trim().min(1),
  en: z.string().trim().min(1),
});

export const seconds = (fallback: number) => z.int().min(1).default(fallback);

export const count = (fallback: number) => z.int().min(0).default(fallback);

export const text = z.string().trim().min(1);

/** Names that become parts of paths, file names and keys. */
export const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'a name of a–z, 0–9 and "-", at most 64 characters');

export const emailAddress = z.email('an e-mail address');

export const port = z.int().min(1).max(65_535);

/** Loopback names (RFC 6761 6.3: also below `.localhost`) and addresses: what never leaves this machine. */
export function isLoopbackHost(hostname: string): boolean {
  const isName = /(^|\.)localhost\.?$/.test(hostname);
  // The unspecified address reaches this machine too, and so do IPv4 addresses in the clothes of IPv6.
  return isName || /^(127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[?(::1?|::ffff:(7f[0-9a-f]{2}:[0-9a-f]+|0:0))\]?)$/.test(hostname);
}

/** An absolute https URL, or http where the host is loopback (the development profile; production refuses that elsewhere). */
export const webUrl = z.string().refine((value) => isWebUrl(value), {
  error: 'an absolute https URL without a fragment (http only on localhost)',
});

/** `https://host[:port]` and nothing after it. */
export const webOrigin = z.string().refine((value) => isWebUrl(value) && new URL(value).origin === value, {
  error: 'an origin: https://host[:port] without a path or a slash at the end (http only on localhost)',
});

/** Leaves this machine only encrypted. */
export const httpsUrl = z.string().refine((value) => isWebUrl(value) && value.startsWith('https:'), {
  error: 'an absolute https URL without a fragment',
});

function isWebUrl(value: string): boolean {
  if (!URL.canParse(value) || value.includes('#') || value.includes('*')) return false;
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
}

/** A day that exists, as YYYY-MM-DD. */
export const calendarDate = z.string().refine((value) => isCalendarDate(value), { error: 'a date as YYYY-MM-DD' });

export function isCalendarDate(value: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(value) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}
