/**
 * "Why can't Aino sign in?": what is kept of one person's way, in one list, and the likeliest reason at its top.
 *
 * trail.ts, opened-link.ts, shown-error.ts write what no audit record tells; trace.ts gathers; verdict.ts and
 * last-words.ts judge; words.ts says it in the reader's language; explain.ts is `avain explain`. May import storage's
 * ports, accounts/, rosters/ and secrets/; the pages and the API import this file and words.ts.
 *
 * Promises: codes, ids and times only: no whole address, name, identity code, one-time code or token is in what this returns.
 * Who calls it writes `timeline.read` first (explain.ts), or has its own record of the reading.
 */
import { maskEmail } from '../accounts/email-address.ts';
import type { Deps } from '../deps.ts';
import type { AccountId, ClientId, Instant } from '../ids.ts';
import { rosterFingerprints } from '../rosters/entry.ts';
import { type TimelineWhich, type Trace, type TraceEntry, traceOf } from './trace.ts';
import { verdictOf } from './verdict.ts';
import type { Verdict } from './verdict-names.ts';
import { waitsOf } from './waits.ts';

export type { TimelineWhich } from './trace.ts';

/** `page` from 1, the newest page first; `since`: nothing older; `only`: of that source. */
export type TimelinePage = {
  readonly page?: number;
  readonly entriesAPage?: number;
  readonly since?: Instant | null;
  readonly only?: TraceEntry['source'] | null;
};

export type Timeline = {
  /** False: nothing at all is known of what was asked. */
  readonly found: boolean;
  readonly accountId: AccountId | null;
  /** Of the account, masked. */
  readonly address: string | null;
  readonly verdict: Verdict;
  /** Of a reference: the error page it stood on. */
  readonly shown: {
    readonly at: Instant;
    readonly code: string;
    readonly status: number;
    readonly clientId: string | null;
  } | null;
  /** Oldest first, newest last. */
  readonly entries: readonly TraceEntry[];
  readonly page: number;
  readonly pages: number;
};

type TimelineDeps = Pick<Deps, 'config' | 'clients' | 'storage' | 'keyring' | 'clock'>;

/** What was before one of these has been got over. */
const fresh = new Set(['sign-in.finished', 'account.unbarred', 'deletion.taken-back']);

async function listedAt({ clients, storage, clock }: TimelineDeps, { account, entries }: Trace): Promise<Set<string>> {
  const refused = entries.filter(({ details }) => details.page === 'not-authorised').map(({ clientId }) => clientId);
  const listed = new Set<string>();
  for (const id of new Set(refused)) {
    const roster = id === null ? null : clients.get(id as ClientId)?.roster;
    if (!account || !roster || id === null) continue;
    if (await storage.rosters.isListed(roster.id, rosterFingerprints(account, []), clock.now())) listed.add(id);
  }
  return listed;
}

async function judged(deps: TimelineDeps, trace: Trace): Promise<Verdict> {
  const { account, entries, shown } = trace;
  if (account === null && entries.length === 0 && shown === null)
    return { name: 'nothing-known', at: null, params: {} };
  const [waits, listed] = await Promise.all([waitsOf(deps, trace), listedAt(deps, trace)]);
  const recent = entries.slice(entries.findLastIndex(({ event }) => fresh.has(event)) + 1);
  return verdictOf({ account, recent, waits, isListed: (id) => listed.has(id) });
}

/** The timeline of whoever has the account, the address, or met the error page; the newest page of it unless told. */
export async function timelineOf(
  deps: TimelineDeps,
  which: TimelineWhich,
  { page = 1, entriesAPage = 100, since = null, only = null }: TimelinePage = {},
): Promise<Timeline> {
  const trace = await traceOf(deps, which);
  const { account, shown } = trace;
  const told = trace.entries.filter(
    ({ at, source }) => (since === null || at >= since) && (only === null || source === only),
  );
  const pages = Math.max(1, Math.ceil(told.length / entriesAPage));
  const asked = Math.min(Math.max(1, page), pages);
  const end = told.length - (asked - 1) * entriesAPage;
  return {
    found: account !== null || shown !== null || trace.entries.length > 0,
    accountId: account?.id ?? null,
    address: account && maskEmail(account.email),
    verdict: await judged(deps, trace),
    shown: shown && {
      at: shown.at,
      code: String(shown.details.code),
      status: Number(shown.details.status),
      clientId: shown.clientId,
    },
    entries: told.slice(Math.max(0, end - entriesAPage), end),
    page: asked,
    pages,
  };
}
