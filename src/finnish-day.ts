/** Calendar days as people in Finland count them, `YYYY-MM-DD`: what is in force "from" or "until" a day. */
import type { Instant } from './ids.ts';

const timeZone = 'Europe/Helsinki';
const dayMs = 86_400_000;

// The Swedish way to write a day is ISO 8601's.
const dayFormat = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
const offsetFormat = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });

/** The day that it is in Finland at an instant. */
export function dayOf(at: Instant): string {
  return dayFormat.format(at);
}

/** Midnight in Finland. The clocks change at three or four in the morning, never between the tried hours. */
export function startOfDay(day: string): Instant {
  const utc = Date.parse(day);
  const offset = offsetFormat.formatToParts(utc - dayMs / 8).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, hours = '2', minutes = '0'] = /GMT\+(\d+):(\d+)/.exec(offset) ?? [];
  return utc - (Number(hours) * 60 + Number(minutes)) * 60_000;
}

export function dayAfter(day: string): string {
  return new Date(Date.parse(day) + dayMs).toISOString().slice(0, 10);
}
