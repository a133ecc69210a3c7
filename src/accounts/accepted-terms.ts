import type { Deps } from '../deps.ts';
import type { Locale } from '../http/locale.ts';
import type { Instant } from '../ids.ts';
import type { Account } from './account.ts';
import { type TermsDemand, termsInForce, termsStanding } from './terms.ts';

type Shown = {
  readonly version: string;
  /** A page with the text of this very version; null = no client has these terms any more, or no file tells of it. */
  readonly href: string | null;
};

export type NewerTerms = Shown & {
  /** `YYYY-MM-DD`, in force from. */
  readonly date: string;
  /** null = minor: only shown. */
  readonly demand: TermsDemand | null;
  /** The last day without, of `postponable` only. */
  readonly decideBy: string | null;
};

export type AcceptedTermsRow = Shown & {
  /** The clients that have these terms now, by name. */
  readonly clients: readonly string[];
  /** null = no file tells of the accepted version any more. */
  readonly title: string | null;
  readonly acceptedAt: Instant;
  /** The version in force, where it is a newer one. */
  readonly newer: NewerTerms | null;
};

type AcceptedTermsDeps = Pick<Deps, 'clients'> & { readonly config: Pick<Deps['config'], 'terms'> };

/** What the account has accepted, the newest first: for the account page. */
export function acceptedTermsOf(
  { config, clients: all }: AcceptedTermsDeps,
  account: Pick<Account, 'terms'>,
  locale: Locale,
  now: Instant,
): readonly AcceptedTermsRow[] {
  const rows = Object.entries(account.terms).map(([id, { version, acceptedAt }]): AcceptedTermsRow => {
    const clients = [...all.values()].filter(({ terms }) => terms === id);
    const readable = termsInForce(config, id, now);
    const shown = (wanted: string): Shown => {
      const isReadable = readable.some((one) => one.version === wanted);
      return { version: wanted, href: clients[0] && isReadable ? termsHref(clients[0].id, wanted) : null };
    };
    const standing = termsStanding(config, { terms: id }, account, now);
    const newest = standing?.newer.at(-1);
    return {
      ...shown(version),
      clients: clients.map(({ name }) => name[locale]),
      title: config.terms[id]?.find((one) => one.version === version)?.texts[locale].title ?? null,
      acceptedAt,
      newer:
        standing && newest
          ? { ...shown(newest.version), date: newest.date, demand: standing.demand, decideBy: standing.decideBy }
          : null,
    };
  });
  return rows.sort((a, b) => b.acceptedAt - a.acceptedAt);
}

/** Where one version is read, from the day on which it comes into force. */
export function termsHref(clientId: string, version: string): string {
  return `/terms/${clientId}/${version}`;
}
