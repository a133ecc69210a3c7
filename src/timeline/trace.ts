/** Everything that is kept of one person's way, from all the places where it is kept, in one list. */
import type { Account } from '../accounts/account.ts';
import { emailFingerprint, parseEmailAddress } from '../accounts/email-address.ts';
import type { AuditEvent, AuditRecord } from '../audit/audit-log.ts';
import type { Deps } from '../deps.ts';
import type { AccountId, Fingerprint, Instant } from '../ids.ts';
import type { SentMail } from '../storage/outbox-port.ts';
import type { TrailEntry } from '../storage/rows.ts';
import { trailOf } from './trail.ts';

export type TimelineWhich =
  | { readonly reference: string }
  | { readonly address: string }
  | { readonly accountId: AccountId };

export type TraceEvent =
  | AuditEvent
  /** A password was tried for an address that has no account. */
  | 'password.unknown-address'
  | 'mail.queued'
  | 'mail.handed-over'
  | 'mail.refused'
  | 'mail.expired'
  | 'link.opened-by-program'
  | 'link.opened'
  | 'link.page-shown'
  | 'link.form-sent'
  | 'link.dead'
  | 'page.shown'
  | 'error.shown';

export type TraceEntry = {
  readonly at: Instant;
  readonly source: 'audit' | 'mail' | 'trail';
  readonly event: TraceEvent;
  readonly clientId: string | null;
  readonly journeyId: string | null;
  /** Who did it, when not the person: as in the audit log. */
  readonly actor: string | null;
  /** Codes and numbers. */
  readonly details: Readonly<Record<string, string | number | boolean>>;
};

export type Trace = {
  readonly account: Account | null;
  /** Of the address that was asked for or found, with an account or without. */
  readonly fingerprint: Fingerprint | null;
  /** The error page that the reference stood on. */
  readonly shown: TrailEntry | null;
  /** Oldest first. */
  readonly entries: readonly TraceEntry[];
};

type TraceDeps = Pick<Deps, 'storage' | 'keyring'>;

const mostRecords = 500;
const mostJourneys = 50;

/** What of the details of a record is told: codes and numbers that say what happened, and nothing that names anybody else. */
const toldDetails = new Set(
  (
    'broker method purpose cause rule kind mail verdict error reason by roster found acr amr newDevice source state why use ' +
    'factor attempts code status reference page secondsAfterMail'
  ).split(' '),
);

function told(details: TrailEntry['details']): TraceEntry['details'] {
  const kept = Object.entries(details).filter(([name, value]) => toldDetails.has(name) && value !== null);
  // A cast: null was left out.
  return Object.fromEntries(kept) as TraceEntry['details'];
}

function ofRecord({ at, event, accountId, clientId, journeyId, actor = null, details }: AuditRecord): TraceEntry {
  const unknown = accountId === null && (event === 'password.refused' || event === 'password.delayed');
  const named = unknown ? 'password.unknown-address' : event;
  return { at, source: 'audit', event: named, clientId, journeyId, actor, details: told(details) };
}

function ofMail({ message, createdAt, clientId, settledAt, deadReason, attempts }: SentMail): TraceEntry[] {
  const common = { source: 'mail', clientId, journeyId: null, actor: null } as const;
  const waits = settledAt === null;
  const details = { mail: message, ...(waits && { attempts }) };
  const queued = { ...common, at: createdAt, event: 'mail.queued', details } as const;
  if (settledAt === null) return [queued];
  const settled = { ...common, at: settledAt };
  if (deadReason === null) return [queued, { ...settled, event: 'mail.handed-over', details }];
  const event = deadReason.startsWith('refused') ? 'mail.refused' : 'mail.expired';
  return [queued, { ...settled, event, details: { ...details, code: deadReason } }];
}

const openings: Readonly<Record<string, TraceEvent>> = {
  program: 'link.opened-by-program',
  something: 'link.opened',
  page: 'link.page-shown',
  form: 'link.form-sent',
};

function ofTrail({ at, what, clientId, journeyId, details }: TrailEntry): TraceEntry[] {
  const common = { at, source: 'trail', clientId, journeyId, actor: null, details: told(details) } as const;
  if (what === 'begun') return [];
  if (what === 'page-shown') return [{ ...common, event: 'page.shown' }];
  if (what === 'error-shown') return [{ ...common, event: 'error.shown' }];
  const dead = details.state !== 'live' && details.by !== 'program';
  return [{ ...common, event: dead ? 'link.dead' : (openings[String(details.by)] ?? 'link.opened') }];
}

type Whom = Pick<Trace, 'account' | 'fingerprint' | 'shown'> & { readonly journeyIds: readonly string[] };

async function ofAddress({ storage, keyring }: TraceDeps, typed: string): Promise<Whom> {
  const parsed = parseEmailAddress(typed);
  if (!parsed.ok) return { account: null, fingerprint: null, shown: null, journeyIds: [] };
  const fingerprint = emailFingerprint(keyring, parsed.address);
  return { account: await storage.accounts.byEmail(fingerprint), fingerprint, shown: null, journeyIds: [] };
}

async function ofReference(deps: TraceDeps, reference: string): Promise<Whom> {
  const { storage } = deps;
  const [shown = null] = (await storage.trails.get(trailOf.reference(reference))) ?? [];
  const journeyId = shown?.journeyId ?? null;
  const journey = journeyId === null ? null : await storage.journeys.get(journeyId);
  const records = journeyId === null ? [] : await storage.audit.ofJourneys([journeyId], mostRecords);
  const id = shown?.accountId ?? journey?.accountId ?? records.find(({ accountId }) => accountId)?.accountId ?? null;
  const account = id && (await storage.accounts.byId(id));
  const journeyIds = journeyId === null ? [] : [journeyId];
  if (account) return { account, fingerprint: account.emailFingerprint, shown, journeyIds };
  const typed = journey?.email == null ? null : await ofAddress(deps, journey.email);
  // What was typed and never proved leads to what was mailed there, not into an account.
  return { account: null, fingerprint: typed?.account ? null : (typed?.fingerprint ?? null), shown, journeyIds };
}

async function whomOf(deps: TraceDeps, which: TimelineWhich): Promise<Whom> {
  if ('reference' in which) return ofReference(deps, which.reference);
  if ('address' in which) return ofAddress(deps, which.address);
  const account = await deps.storage.accounts.byId(which.accountId);
  return { account, fingerprint: account?.emailFingerprint ?? null, shown: null, journeyIds: [] };
}

/** How long after the mail with the link went out: a person needs more than a moment, a scanner does not. */
function withDelay(entry: TraceEntry, mails: readonly SentMail[]): TraceEntry {
  if (!entry.event.startsWith('link.')) return entry;
  const sent = mails.filter(
    ({ message, settledAt, deadReason }) =>
      message === entry.details.purpose && settledAt !== null && deadReason === null && settledAt <= entry.at,
  );
  const last = Math.max(...sent.map(({ settledAt }) => settledAt ?? 0));
  if (sent.length === 0) return entry;
  return { ...entry, details: { ...entry.details, secondsAfterMail: Math.round((entry.at - last) / 1_000) } };
}

/** All of it, at most the newest 500 records of the account and of its journeys each. */
export async function traceOf(deps: TraceDeps, which: TimelineWhich): Promise<Trace> {
  const { storage } = deps;
  const { journeyIds, ...whom } = await whomOf(deps, which);
  const { account, fingerprint } = whom;
  const trail = async (key: string | null) => (key === null ? [] : ((await storage.trails.get(key)) ?? []));
  const [own, ofPerson, ofAddress, mailedTo, mailed] = await Promise.all([
    account ? storage.audit.list({ accountId: account.id, limit: mostRecords }) : [],
    trail(account && trailOf.account(account.id)),
    trail(fingerprint && trailOf.address(fingerprint)),
    fingerprint ? storage.outbox.ofAddress(fingerprint) : [],
    account ? storage.outbox.ofAccount(account.id) : [],
  ]);
  const begun = [...ofAddress, ...own].map(({ journeyId }) => journeyId).filter((id) => id !== null);
  const journeys = [...new Set([...journeyIds, ...begun])].slice(0, mostJourneys);
  const [inJourneys, trails] = await Promise.all([
    storage.audit.ofJourneys(journeys, mostRecords),
    Promise.all(journeys.map((id) => trail(trailOf.journey(id)))),
  ]);
  // What somebody else did in the same journey is theirs; what happened while nobody was known belongs to whoever asks.
  const records = [...own, ...inJourneys.filter(({ accountId }) => accountId === null)];
  const isOurs = (owner: AccountId | null) => owner === null || owner === account?.id;
  const mails = [...new Map([...mailedTo, ...mailed].map((mail) => [mail.id, mail])).values()];
  const ours = mails.filter(({ accountId }) => isOurs(accountId));
  const steps = [...ofPerson, ...ofAddress, ...trails.flat()].filter(({ accountId }) => isOurs(accountId));
  // The store tells the newest first; what happened within one millisecond stays in its order.
  const entries = [...records.map(ofRecord).reverse(), ...ours.flatMap(ofMail), ...steps.flatMap(ofTrail)];
  return { ...whom, entries: entries.map((one) => withDelay(one, ours)).sort((a, b) => a.at - b.at) };
}
