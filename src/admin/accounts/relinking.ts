/** Four eyes: one asks that an identity be unlinked, another confirms (identity/relinking.ts). */
import { z } from 'zod';
import { accountOfRelinking, askRelinking, confirmRelinking, openRelinkings } from '../../identity/relinking.ts';
import { nameOf, operation } from '../operation.ts';
import { AdminRefused } from '../refusal.ts';
import {
  accountIdIn,
  accountParams,
  noBody,
  notFound,
  nothing,
  orderOf,
  ownersForOwners,
  personsOnly,
  stale,
  time,
  versionSeen,
  withReason,
} from '../shapes.ts';

/** Whoever has verified the person asks; whoever confirms is somebody else, which the account itself remembers. */
const helpers = ['support', 'operator', 'owner'] as const;

const iso = (at: number): string => new Date(at).toISOString();

export const ask = operation({
  id: 'relinking.ask',
  method: 'POST',
  path: '/accounts/{account}/relinking',
  summary: 'Asks that the identity be unlinked, so that the next sign-in links anew; a second person confirms',
  roles: helpers,
  readsPerson: false,
  guarded: 'change',
  params: accountParams,
  query: nothing,
  body: withReason,
  output: z.strictObject({ id: z.string(), confirmBefore: time }),
  async run(context, { params, body }) {
    const { deps, actor } = context;
    personsOnly(context);
    await ownersForOwners(context, accountIdIn(params));
    const asked = await askRelinking(deps, accountIdIn(params), orderOf(actor, body.reason, versionSeen(context)));
    if (asked.outcome === 'asked') return { output: { id: asked.id, confirmBefore: iso(asked.confirmBefore) } };
    if (asked.outcome === 'no-account') throw notFound();
    if (asked.outcome === 'stale') throw stale();
    throw new AdminRefused('conflict', asked.outcome === 'not-linked' ? 'No identity is linked.' : 'It waits already.');
  },
});

export const list = operation({
  id: 'relinking.list',
  method: 'GET',
  path: '/relinkings',
  summary: 'What waits for its second person',
  roles: helpers,
  readsPerson: true,
  guarded: null,
  params: nothing,
  query: nothing,
  body: noBody,
  output: z.strictObject({
    waiting: z.array(z.strictObject({ id: z.string(), askedBy: z.string(), askedAt: time, reason: z.string() })),
  }),
  async run({ deps }) {
    const waiting = [];
    for await (const { id, askedBy, askedAt, reason } of openRelinkings(deps.storage.accounts, deps.clock.now()))
      waiting.push({ id, askedBy, askedAt: iso(askedAt), reason });
    return { output: { waiting } };
  },
});

export const confirm = operation({
  id: 'relinking.confirm',
  method: 'POST',
  path: '/relinkings/{id}/confirm',
  summary: 'Unlinks the identity, as somebody else has asked',
  roles: helpers,
  readsPerson: false,
  // The id names one order, which is void when the account has been changed in what it is about.
  guarded: null,
  params: z.strictObject({ id: z.string().regex(/^[\w-]{1,64}\.[\w-]{1,64}$/) }),
  query: nothing,
  body: noBody,
  output: z.strictObject({ outcome: z.literal('unlinked') }),
  async run(context, { params }) {
    const { deps, actor } = context;
    personsOnly(context);
    await ownersForOwners(context, accountOfRelinking(params.id));
    const name = nameOf(actor);
    const { outcome } = await confirmRelinking(deps, params.id, { by: name, actor: name });
    if (outcome === 'not-found') throw notFound();
    if (outcome === 'same-person') throw new AdminRefused('conflict', 'Somebody else than who asked must confirm it.');
    return { output: { outcome: 'unlinked' as const } };
  },
});
