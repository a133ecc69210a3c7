import { OperationRefused } from '../control/operation.ts';
import type { Deps } from '../deps.ts';
import type { Instant } from '../ids.ts';

type CookieDeps = Pick<Deps, 'config' | 'storage' | 'clock' | 'cookieSigning'>;

/** Which cookie key was made the first one, and when: until cookies of before are gone, the others verify. */
type Used = { readonly id: string; readonly since: Instant };
const mark = 'keys.cookie-used';

export async function noteCookieKeyUsed({ storage, clock }: CookieDeps, id: string): Promise<void> {
  await storage.marks.put(mark, JSON.stringify({ id, since: clock.now() } satisfies Used));
}

/** Throws OperationRefused for the key that signs, and while browsers may have cookies that only this one signed. */
export async function refuseNeededCookieKey(
  { config, storage, clock, cookieSigning }: CookieDeps,
  id: string,
  now: boolean,
): Promise<void> {
  if (id === cookieSigning.ids[0])
    throw new OperationRefused('This key signs: avain keys use cookie with another one.');
  const kept = await storage.marks.get(mark);
  // A cast: only `noteCookieKeyUsed` writes it.
  const since = kept === null ? 0 : (JSON.parse(kept) as Used).since;
  const { sessionIdleSeconds, journeySeconds } = config.lives;
  const goneAt = since + 1000 * Math.max(sessionIdleSeconds, journeySeconds);
  if (now || clock.now() >= goneAt) return;
  const when = new Date(goneAt).toISOString().slice(0, 16);
  throw new OperationRefused(
    `Cookies that it signed may be in use until ${when}Z. Ask again then, or with --now after an incident: people whose ` +
      'cookies it signed sign in again.',
  );
}
