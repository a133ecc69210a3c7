/** When an entry begins and ends, as people write it: a day, or a minute, in Finland. */
import { dayAfter, dayOf, startOfDay } from '../finnish-day.ts';
import type { Instant } from '../ids.ts';

/** A day counts whole: as a beginning it is its midnight, as an end the midnight after it. */
export type Side = 'from' | 'to';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const iso = String.raw`(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})`;
const finnish = String.raw`(?<finnishDay>\d{1,2})\.\s?(?<finnishMonth>\d{1,2})\.\s?(?<finnishYear>\d{4})`;
const form = new RegExp(
  String.raw`^(?:${iso}|${finnish})(?:(?:T|,? +(?:klo? +)?)(?<hour>\d{1,2})[:.](?<minute>\d{2}))?$`,
);

const timeFormat = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Helsinki',
  hour: '2-digit',
  minute: '2-digit',
});

/** `2026-03-01`, `1.3.2026`, either with a time (`14:30`, `klo 14.30`); null = none of these, or no such day or minute. */
export function readMoment(text: string, side: Side): Instant | null {
  const { groups } = form.exec(text.trim()) ?? {};
  if (!groups) return null;
  const { year, month, day, finnishYear, finnishMonth, finnishDay, hour, minute } = groups;
  const date = calendarDay(year ?? finnishYear, month ?? finnishMonth, day ?? finnishDay);
  if (date === null) return null;
  if (hour !== undefined) return instantOf(date, `${hour.padStart(2, '0')}:${minute}`);
  return startOfDay(side === 'from' ? date : dayAfter(date));
}

export type Moment = {
  readonly day: string /** `HH:MM`; null = the whole day counts. */;
  readonly time: string | null;
};

/** The inverse: the first or last day that counts, or a day and its minute. */
export function momentOf(at: Instant, side: Side): Moment {
  if (startOfDay(dayOf(at)) === at) return { day: side === 'from' ? dayOf(at) : dayOf(at - 1), time: null };
  return { day: dayOf(at), time: timeFormat.format(at) };
}

/** As people in Finland write it, and readMoment reads it: `1.3.2026`, `1.3.2026 14.30`. */
export function writtenMoment(at: Instant, side: Side): string {
  const { day, time } = momentOf(at, side);
  const [year, month, date] = day.split('-').map(Number);
  return `${date}.${month}.${year}${time === null ? '' : ` ${time.replace(':', '.')}`}`;
}

/** `2026-03-01`, `2026-03-01 14:30`. */
export function isoMoment(at: Instant, side: Side): string {
  const { day, time } = momentOf(at, side);
  return time === null ? day : `${day} ${time}`;
}

export const startOfMinute = (at: Instant): Instant => at - (at % minuteMs);

/** `YYYY-MM-DD` of this and the next century; null where the calendar has no such day. */
function calendarDay(year = '', month = '', day = ''): string | null {
  if (Number(year) < 1900 || Number(year) > 2199) return null;
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = Date.parse(text);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text ? null : text;
}

/** Of the two minutes of one name in autumn the first; null for the hour that a spring night leaves out. */
function instantOf(day: string, time: string): Instant | null {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  if (hours > 23 || minutes > 59) return null;
  const guess = startOfDay(day) + hours * hourMs + minutes * minuteMs;
  const found = [guess - hourMs, guess, guess + hourMs].find(
    (at) => dayOf(at) === day && timeFormat.format(at) === time,
  );
  return found ?? null;
}
