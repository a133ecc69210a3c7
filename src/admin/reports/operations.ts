/** What is read of the installation: what happened, what was counted, and how things stand. */
import { z } from 'zod';
import type { AuditEvent, AuditRecord } from '../../audit/audit-log.ts';
import { calendarDate } from '../../config/values.ts';
import type { AccountId, ClientId } from '../../ids.ts';
import { readStatistics } from '../../statistics/statistics.ts';
import { type TimelineWhich, timelineOf } from '../../timeline/timeline.ts';
import { openCursor, sealCursor } from '../cursor.ts';
import { operation } from '../operation.ts';
import { noBody, nothing, pageQuery, time, timeOrNever } from '../shapes.ts';

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNever = (at: number | null): string | null => (at === null ? null : iso(at));
const details = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

const recordShape = z.strictObject({
  at: time,
  event: z.string(),
  account: z.string().nullable(),
  client: z.string().nullable(),
  journey: z.string().nullable(),
  actor: z.string().nullable(),
  details,
});

const told = ({ at, event, accountId, clientId, journeyId, actor = null, details: said }: AuditRecord) => ({
  ...{ at: iso(at), event, account: accountId, client: clientId, journey: journeyId, actor },
  details: { ...said },
});

export const audit = operation({
  id: 'audit.search',
  method: 'GET',
  path: '/audit',
  summary: 'What happened, newest first: ids and codes, never a name or an address',
  // Of persons it has the ids; whoever helps one sees their timeline instead.
  roles: ['auditor', 'owner'],
  readsPerson: true,
  guarded: null,
  params: nothing,
  query: pageQuery.extend({
    account: z
      .string()
      .regex(/^[\w-]{1,64}$/)
      .optional(),
    event: z
      .string()
      .regex(/^[a-z.-]{1,64}$/)
      .optional(),
    actor: z.string().max(100).optional(),
    since: time.optional(),
  }),
  body: noBody,
  output: z.strictObject({ records: z.array(recordShape), next: z.string().nullable() }),
  async run({ deps }, { query: { account, event, actor, since, cursor, limit } }) {
    const filter = {
      // Casts: whether there are records of such an account or event is for the store to say.
      accountId: (account ?? null) as AccountId | null,
      event: (event ?? null) as AuditEvent | null,
      actor: actor ?? null,
      since: since === undefined ? null : Date.parse(since),
    };
    const list = ['audit.search', JSON.stringify(filter)];
    const page = await deps.storage.audit.search(filter, openCursor(deps, list, cursor), limit);
    const next = page.next === null ? null : sealCursor(deps, list, page.next);
    return { output: { records: page.records.map(told), next }, about: filter.accountId };
  },
});

const count = z.number();
const counts = z.record(z.string(), count);
const figures = z.strictObject({
  journeys: z.strictObject({ begun: count, finished: count, cancelled: count }),
  signIns: count,
  signUps: z.strictObject({ begun: count, activated: count }),
  passwords: z.strictObject({ proved: count, refused: count, delayed: count }),
  codes: z.strictObject({ sent: count, proved: count, refused: count }),
  factors: z.strictObject({ used: count, refused: count }),
  brokers: z.array(
    z.strictObject({ broker: z.string(), started: count, failed: count, done: count, byRule: counts, cost: count }),
  ),
  rungs: z.array(
    z.strictObject({
      ...{ rung: z.string(), entered: count, left: count, cancelled: count, gaveUp: count },
      durations: counts.describe('How many took at most so many seconds'),
    }),
  ),
});

export const statistics = operation({
  id: 'statistics.read',
  method: 'GET',
  path: '/statistics',
  summary: 'What people do, counted by day and by client: numbers of many, nothing of one',
  roles: ['auditor', 'support', 'operator', 'owner'],
  readsPerson: false,
  guarded: null,
  params: nothing,
  query: z.strictObject({
    from: calendarDate.describe('The first day, as in Finland'),
    to: calendarDate.describe('The last day'),
    client: z.string().max(64).optional(),
  }),
  body: noBody,
  output: z.strictObject({
    days: z.array(z.strictObject({ day: z.string(), figures })),
    clients: z.array(z.strictObject({ client: z.string(), figures })),
    total: figures,
  }),
  async run({ deps }, { query: { from, to, client } }) {
    // A cast: of a client that there is not nothing was counted.
    const only = client === undefined ? {} : { clientId: client as ClientId };
    const { days, clients, total } = await readStatistics(deps, { from, to, ...only });
    // A cast away from readonly: it is written out at once.
    const plain = (one: typeof total) => structuredClone(one) as z.input<typeof figures>;
    return {
      output: {
        days: days.map(({ day, figures: of }) => ({ day, figures: plain(of) })),
        clients: clients.map(({ clientId, figures: of }) => ({ client: clientId, figures: plain(of) })),
        total: plain(total),
      },
    };
  },
});

/** What Avain recorded, what it mailed, and what was opened and shown. */
export const entrySources = ['audit', 'mail', 'trail'] as const;

const timelineBody = z
  .strictObject({
    reference: z.string().max(64).optional().describe('Of an error page'),
    address: z.string().max(254).optional(),
    id: z.string().max(64).optional(),
    page: z.int().min(1).default(1),
    only: z.enum(entrySources).optional(),
  })
  .refine(
    ({ reference, address, id }) => [reference, address, id].filter((one) => one !== undefined).length === 1,
    'one of reference, address and id',
  );

export const timeline = operation({
  id: 'account.timeline',
  method: 'POST',
  path: '/accounts/timeline',
  summary: 'Why somebody cannot sign in: all that is kept of their way, in codes, with the likeliest reason',
  roles: ['support', 'operator', 'owner'],
  readsPerson: true,
  guarded: null,
  params: nothing,
  query: nothing,
  body: timelineBody,
  output: z.strictObject({
    found: z.boolean(),
    account: z.string().nullable(),
    verdict: z.strictObject({ name: z.string(), at: timeOrNever, params: details }),
    shown: z.strictObject({ at: time, code: z.string(), status: z.int(), client: z.string().nullable() }).nullable(),
    entries: z.array(recordShape.omit({ account: true }).extend({ source: z.enum(entrySources) })),
    page: z.int(),
    pages: z.int(),
  }),
  async run({ deps }, { body: { reference, address, id, page, only = null } }) {
    // A cast: whether it is an id is for the store to say.
    const byId = { accountId: (id ?? '') as AccountId };
    const which: TimelineWhich = reference !== undefined ? { reference } : address !== undefined ? { address } : byId;
    const found = await timelineOf(deps, which, { page, only });
    const { verdict, shown } = found;
    return {
      about: found.accountId,
      output: {
        ...{ found: found.found, account: found.accountId, page: found.page, pages: found.pages },
        verdict: { name: verdict.name, at: isoOrNever(verdict.at), params: { ...verdict.params } },
        shown: shown && { at: iso(shown.at), code: shown.code, status: shown.status, client: shown.clientId },
        entries: found.entries.map(({ at, source, event, clientId, journeyId, actor, details: said }) => ({
          ...{ at: iso(at), source, event, client: clientId, journey: journeyId, actor },
          details: { ...said },
        })),
      },
    };
  },
});
