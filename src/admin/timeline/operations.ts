/** "Why can't Aino sign in?" for whoever helps: the timeline of an account, or of whoever met an error page. */
import { z } from 'zod';
import { type Timeline, type TimelineWhich, timelineOf } from '../../timeline/timeline.ts';
import { type AdminContext, operation } from '../operation.ts';
import { accountIdIn, accountParams, noBody, notFound, time, timeOrNever } from '../shapes.ts';

/** Those who help people. An auditor sees persons by their ids only, in the audit log. */
const helpers = ['support', 'operator', 'owner'] as const;

/** What Avain recorded, what it mailed, and what was opened and shown. */
export const entrySources = ['audit', 'mail', 'trail'] as const;

const entriesAPage = 50;
/** More than is ever kept of one person. */
const all = 10_000;

const word = z.union([z.string(), z.number(), z.boolean()]);

const timelineShape = z.strictObject({
  account: z.string().nullable(),
  address: z.string().nullable().describe('Masked'),
  verdict: z.strictObject({ name: z.string(), at: timeOrNever, params: z.record(z.string(), word) }),
  error: z
    .strictObject({ at: time, code: z.string(), status: z.int(), clientId: z.string().nullable() })
    .nullable()
    .describe('The error page that the reference stood on'),
  entries: z
    .array(
      z.strictObject({
        at: time,
        source: z.enum(entrySources),
        event: z.string(),
        clientId: z.string().nullable(),
        actor: z.string().nullable(),
        details: z.record(z.string(), word),
      }),
    )
    .describe('The newest first'),
  pages: z.int(),
});

const query = z.strictObject({
  page: z.coerce.number().int().min(1).max(500).default(1),
  only: z.enum(entrySources).optional(),
});

type Asked = z.output<typeof query>;

const iso = (at: number): string => new Date(at).toISOString();

async function told({ deps }: AdminContext, which: TimelineWhich, { page, only }: Asked) {
  const timeline: Timeline = await timelineOf(deps, which, { entriesAPage: all });
  if (!timeline.found) throw notFound();
  const { accountId, address, verdict, shown } = timeline;
  const entries = timeline.entries.filter(({ source }) => only === undefined || source === only).toReversed();
  const output = {
    account: accountId,
    address,
    verdict: { ...verdict, at: verdict.at === null ? null : iso(verdict.at) },
    error: shown && { ...shown, at: iso(shown.at) },
    entries: entries
      .slice((page - 1) * entriesAPage, page * entriesAPage)
      .map(({ at, source, event, clientId, actor, details }) => ({
        at: iso(at),
        source,
        event,
        clientId,
        actor,
        details,
      })),
    pages: Math.max(1, Math.ceil(entries.length / entriesAPage)),
  };
  return { output, about: accountId };
}

export const ofAccount = operation({
  id: 'account.timeline',
  method: 'GET',
  path: '/accounts/{account}/timeline',
  summary: 'What happened to an account, and why its owner cannot sign in',
  roles: helpers,
  readsPerson: true,
  guarded: null,
  params: accountParams,
  query,
  body: noBody,
  output: timelineShape,
  run: (context, { params, query: asked }) => told(context, { accountId: accountIdIn(params) }, asked),
});

export const ofReference = operation({
  id: 'reference.timeline',
  method: 'GET',
  path: '/references/{reference}/timeline',
  summary: 'What led to an error page, by the reference that stands on it',
  roles: helpers,
  readsPerson: true,
  guarded: null,
  params: z.strictObject({ reference: z.string().regex(/^[0-9a-f]{12}$/) }),
  query,
  body: noBody,
  output: timelineShape,
  run: (context, { params: { reference }, query: asked }) => told(context, { reference }, asked),
});
