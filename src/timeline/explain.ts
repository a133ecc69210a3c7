/** `avain explain`, where the store is: one person's timeline in plain English. That it was read is recorded first. */
import { type Operation, type OperationDeps, OperationRefused, type Operations } from '../control/operation.ts';
import { operatorName } from '../control/operator-words.ts';
import { startOfDay } from '../finnish-day.ts';
import type { AccountId, ClientId, Instant } from '../ids.ts';
import { type Timeline, type TimelineWhich, timelineOf } from './timeline.ts';
import type { TraceEntry } from './trace.ts';
import { eventWords, verdictWords } from './words.ts';

const reference = /^[0-9a-f]{12}$/;
const entriesAtMost = 200;

function whichOf(typed = ''): TimelineWhich {
  const word = typed.trim();
  if (word === '') throw new OperationRefused('A reference, an address or the id of an account.');
  if (reference.test(word)) return { reference: word };
  // A cast: whether it is an id is for the store to say.
  return word.includes('@') ? { address: word } : { accountId: word as AccountId };
}

function sinceOf(typed = ''): Instant | null {
  if (typed === '') return null;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(typed) || Number.isNaN(Date.parse(typed))) {
    throw new OperationRefused('--since: a day, as 2026-11-23.');
  }
  return startOfDay(typed);
}

// The Swedish way to write a day and an hour is nearly ISO 8601's, and sorts.
const clockFormat = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Helsinki',
  dateStyle: 'short',
  timeStyle: 'medium',
});
const moment = (at: Instant): string => clockFormat.format(at);

/** What the words say already. */
const inWords = new Set(['mail', 'page', 'purpose']);

function lineOf(deps: OperationDeps, entry: TraceEntry): string {
  const codes = Object.entries(entry.details).filter(([name]) => !inWords.has(name));
  const by = entry.actor === null ? [] : [['who', entry.actor] as const];
  const more = [...codes, ...by].map(([name, value]) => `${name} ${value}`).join(', ');
  const words = eventWords(deps, 'en', entry);
  const cells = [moment(entry.at), (entry.clientId ?? '').padEnd(12), more === '' ? words : `${words}: ${more}`];
  return cells.join('  ');
}

function tell(deps: OperationDeps, timeline: Timeline): readonly string[] {
  const { address, accountId, shown, verdict, entries } = timeline;
  const error = shown && `${shown.status} ${shown.code}, ${moment(shown.at)} ${shown.clientId ?? ''}`.trimEnd();
  return [
    ...(accountId === null ? [] : [`Account    ${accountId} ${address}`]),
    ...(error === null ? [] : [`Error page ${error}`]),
    `Why        ${verdictWords(deps, 'en', verdict)}`,
    ...(entries.length === 0 ? [] : ['']),
    ...entries.map((entry) => lineOf(deps, entry)),
  ];
}

const iso = (at: Instant | null): string | null => (at === null ? null : new Date(at).toISOString());

function asJson(deps: OperationDeps, { verdict, shown, entries, page: _, pages: _pages, ...rest }: Timeline): string {
  return JSON.stringify({
    ...rest,
    verdict: { ...verdict, at: iso(verdict.at), words: verdictWords(deps, 'en', verdict) },
    shown: shown && { ...shown, at: iso(shown.at) },
    entries: entries.map((entry) => ({ ...entry, at: iso(entry.at), words: eventWords(deps, 'en', entry) })),
  });
}

/** Arguments: what is asked about, `json` or nothing, who asks, since which day. Exit code 1: nothing is known of it. */
const explain: Operation = async (deps, [typed, form, by = '', since], print) => {
  const which = whichOf(typed);
  const [who, from] = [by === '' ? 'command line' : operatorName(by), sinceOf(since)];
  const timeline = await timelineOf(deps, which, { since: from, entriesAPage: entriesAtMost });
  // Of the client whose people they are, where one is known: a county's auditor looks for its own.
  const clientId = (timeline.shown?.clientId ?? null) as ClientId | null;
  await deps.storage.audit.append({
    at: deps.clock.now(),
    event: 'timeline.read',
    accountId: timeline.accountId,
    clientId,
    journeyId: null,
    actor: `operator:${who}`,
    details: { found: timeline.found },
  });
  if (form === 'json') print(asJson(deps, timeline));
  else for (const line of tell(deps, timeline)) print(line);
  return timeline.found ? 0 : 1;
};

export const timelineOperations: Operations = { explain };
