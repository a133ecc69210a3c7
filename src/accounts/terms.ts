import type { Client, Config, TermsVersion } from '../config/schema.ts';
import type { Instant } from '../ids.ts';

/** The version of the client's terms in force at `now`; null = the client has none. */
export function currentTerms(
  config: Pick<Config, 'terms'>,
  client: Pick<Client, 'terms'>,
  now: Instant,
): (TermsVersion & { readonly id: string }) | null {
  if (client.terms === null) return null;
  const today = new Date(now).toISOString().slice(0, 10);
  const inForce = config.terms[client.terms]?.filter((version) => version.date <= today).at(-1);
  return inForce ? { ...inForce, id: client.terms } : null;
}
