/**
 * What terms ask of a person: pure rules, read by the ladder, the terms page, the account page and the refresh grant.
 * docs/terms.md tells the same in words, for whoever answers for the texts.
 */
import type { Client, Config, TermsVersion } from '../config/schema.ts';
import { dayOf } from '../finnish-day.ts';
import type { Instant } from '../ids.ts';
import type { Account } from './account.ts';

type AllTerms = Pick<Config, 'terms'>;

type CurrentTerms = TermsVersion & { readonly id: string };

/** The versions in force at `now`, oldest first; a version is in force from the first moment of its day in Finland. */
export function termsInForce(config: AllTerms, id: string, now: Instant): readonly TermsVersion[] {
  const today = dayOf(now);
  return config.terms[id]?.filter(({ date }) => date <= today) ?? [];
}

/** The newest version of the client's terms in force at `now`; null = the client has none. */
function currentTerms(config: AllTerms, client: Pick<Client, 'terms'>, now: Instant): CurrentTerms | null {
  if (client.terms === null) return null;
  const newest = termsInForce(config, client.terms, now).at(-1);
  return newest ? { ...newest, id: client.terms } : null;
}

/** `due`: must be accepted first. `postponable`: asked for, but the person may go on without until a day. */
export type TermsDemand = 'due' | 'postponable';

export type TermsStanding = {
  readonly current: CurrentTerms;
  /** null = nothing has to be accepted: the current version is, or all newer than the accepted one are minor. */
  readonly demand: TermsDemand | null;
  /** The last day without, of `postponable` only. */
  readonly decideBy: string | null;
  /** The versions in force since the one that was accepted, oldest first; all where none was. */
  readonly newer: readonly TermsVersion[];
};

/**
 * How the account stands to the client's terms at `now`; null = the client has none. A person owes an answer to every
 * major version since the accepted one, and has as long as the one that ends first: a newer version prolongs nothing.
 * Who never accepted any, or one that no file tells of any more, has no grace.
 */
export function termsStanding(
  config: AllTerms,
  client: Pick<Client, 'terms'>,
  account: Pick<Account, 'terms'> | null,
  now: Instant,
): TermsStanding | null {
  const current = currentTerms(config, client, now);
  if (current === null) return null;
  const inForce = termsInForce(config, current.id, now);
  const accepted = account?.terms[current.id]?.version;
  // Where it is not found: -1, and all are newer.
  const at = config.terms[current.id]?.findIndex(({ version }) => version === accepted) ?? -1;
  const newer = inForce.slice(at + 1);
  const owed = newer.filter(({ change }) => change === 'major');
  if (owed.length === 0) return { current, demand: null, decideBy: null, newer };
  const graces = owed.map(({ graceUntil }) => graceUntil ?? '').sort();
  const [decideBy = ''] = graces;
  // The whole of that day in Finland.
  if (at < 0 || decideBy < dayOf(now)) return { current, demand: 'due', decideBy: null, newer };
  return { current, demand: 'postponable', decideBy, newer };
}

/** Names what was put off: another version is asked for anew. */
export function postponementOf({ id, version }: Pick<CurrentTerms, 'id' | 'version'>): string {
  return `${id}/${version}`;
}
