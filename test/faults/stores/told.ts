/** What people and clients were told, written down when the answer had arrived and not before; judged afterwards. */

export type Told = {
  /** Addresses whose account was made. */
  readonly created: string[];
  /** Of those: whose identity was linked; who accepted the terms. */
  readonly linked: string[];
  readonly accepted: string[];
  /** Refresh tokens that were given and, as far as their client knows, never used. */
  readonly held: Set<string>;
  /** How often each one-time thing (a code, a rotated refresh token) was honoured. */
  readonly wins: Map<string, number>;
  readonly journeys: Journey[];
};

export type Journey = {
  readonly what: 'sign-in' | 'sign-up' | 'refresh';
  readonly startedAt: number;
  readonly endedAt: number;
  /** What stood in its way; null = it came to its end. */
  readonly problem: string | null;
};

export function nothingTold(): Told {
  return { created: [], linked: [], accepted: [], held: new Set(), wins: new Map(), journeys: [] };
}

export function win({ wins }: Told, thing: string): void {
  wins.set(thing, (wins.get(thing) ?? 0) + 1);
}

/** How many results somebody could lose. */
export function acknowledged({ created, linked, accepted, wins }: Told): number {
  return created.length + linked.length + accepted.length + wins.size;
}

export const wonTwice = ({ wins }: Told): string[] =>
  [...wins].filter(([, count]) => count > 1).map(([thing]) => thing);
