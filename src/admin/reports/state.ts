/** How things stand at this moment. */
import { z } from 'zod';
import { operation } from '../operation.ts';
import { noBody, nothing, time, timeOrNever } from '../shapes.ts';

const iso = (at: number): string => new Date(at).toISOString();

export const brokers = operation({
  id: 'broker.list',
  method: 'GET',
  path: '/brokers',
  summary: 'The brokers, whether people are sent to them, and the keys that they may read',
  roles: ['auditor', 'support', 'operator', 'owner'],
  readsPerson: false,
  guarded: null,
  params: nothing,
  query: nothing,
  body: noBody,
  output: z.strictObject({
    brokers: z.array(
      z.strictObject({
        id: z.string(),
        enabled: z.boolean(),
        methods: z.array(z.string()),
        keys: z.array(z.strictObject({ kid: z.string().nullable(), use: z.string().nullable() })),
      }),
    ),
  }),
  async run({ deps }) {
    const all = [...deps.brokers.values()].map(async ({ id, enabled, methods, jwks }) => ({
      id,
      enabled,
      methods: methods.map((method) => method.id),
      keys: (await jwks()).keys.map(({ kid = null, use = null }) => ({ kid, use })),
    }));
    return { output: { brokers: await Promise.all(all) } };
  },
});

export const keys = operation({
  id: 'key.list',
  method: 'GET',
  path: '/keys',
  summary: 'The keys that sign tokens, and the ids of those that what is stored depends on',
  roles: ['auditor', 'operator', 'owner'],
  readsPerson: false,
  guarded: null,
  params: nothing,
  query: nothing,
  body: noBody,
  output: z.strictObject({
    signing: z.array(
      z.strictObject({ kid: z.string(), alg: z.string(), state: z.string(), since: time, createdAt: time }),
    ),
    master: z.array(z.string()).describe('The first one seals, every one opens'),
    index: z.array(z.string()),
  }),
  async run({ deps }) {
    const set = await deps.storage.signingKeys.read();
    const signing = (set?.keys ?? []).map(({ kid, alg, state, since, createdAt }) => ({
      ...{ kid, alg, state },
      ...{ since: iso(since), createdAt: iso(createdAt) },
    }));
    const { master, index } = deps.keyring.ids;
    return { output: { signing, master: [...master], index: [...index] } };
  },
});

export const terms = operation({
  id: 'terms.list',
  method: 'GET',
  path: '/terms',
  summary: 'The versions of all terms of use',
  roles: ['auditor', 'support', 'operator', 'owner'],
  readsPerson: false,
  guarded: null,
  params: nothing,
  query: nothing,
  body: noBody,
  output: z.strictObject({
    terms: z.array(
      z.strictObject({
        ...{ terms: z.string(), version: z.string(), date: z.string(), change: z.enum(['major', 'minor']) },
        graceUntil: z.string().nullable(),
      }),
    ),
  }),
  async run({ deps: { config } }) {
    const all = Object.entries(config.terms).flatMap(([id, versions]) =>
      versions.map(({ version, date, change, graceUntil }) => ({ terms: id, version, date, change, graceUntil })),
    );
    return { output: { terms: all } };
  },
});

export const outbox = operation({
  id: 'outbox.depth',
  method: 'GET',
  path: '/outbox',
  summary: 'How many mails wait, and since when the oldest of them',
  roles: ['auditor', 'support', 'operator', 'owner'],
  readsPerson: false,
  guarded: null,
  params: nothing,
  query: nothing,
  body: noBody,
  output: z.strictObject({ waiting: z.int(), oldestAt: timeOrNever }),
  async run({ deps }) {
    const { length, oldestAt } = await deps.storage.outbox.depth();
    return { output: { waiting: length, oldestAt: oldestAt === null ? null : iso(oldestAt) } };
  },
});

export const dependencies = operation({
  id: 'state.dependencies',
  method: 'GET',
  path: '/state',
  summary: 'What this node depends on, whether it works, since when, and why not',
  roles: ['auditor', 'support', 'operator', 'owner'],
  readsPerson: false,
  guarded: null,
  params: nothing,
  query: nothing,
  body: noBody,
  output: z.strictObject({
    dependencies: z.array(
      z.strictObject({
        name: z.string(),
        state: z.enum(['well', 'failing', 'unknown']),
        since: timeOrNever,
        code: z.string().nullable(),
      }),
    ),
  }),
  async run({ deps }) {
    const states = deps.health.states();
    const told = states.map(({ since, ...rest }) => ({ ...rest, since: since === null ? null : iso(since) }));
    return { output: { dependencies: told } };
  },
});
