/** The clients in force, and those that are kept in the store; files are changed where they lie. */
import { z } from 'zod';
import { fixOf } from '../../clients/fix.ts';
import {
  clientDrifts,
  clientTextFaults,
  knownClients,
  listClients,
  type ManagedDeps,
  putClient,
  removeClient,
} from '../../clients/manage.ts';
import { shownClient } from '../../clients/shown-client.ts';
import { describeFault } from '../../config/faults.ts';
import type { ClientId } from '../../ids.ts';
import { sha256Base64url } from '../../secrets/sealing.ts';
import { type AdminContext, type AdminDeps, nameOf, operation } from '../operation.ts';
import { AdminRefused } from '../refusal.ts';
import { noBody, notFound, nothing, stale } from '../shapes.ts';

/** Configuration, and nothing of people. */
const readers = ['auditor', 'operator', 'owner'] as const;
const changers = ['operator', 'owner'] as const;

const clientId = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/);
const params = z.strictObject({ client: clientId });
const text = z.string().min(1).max(200_000).describe('A client file, YAML (docs/integrators.md); it holds no secret');

const managed = (deps: AdminDeps): ManagedDeps => ({ ...deps, ...deps.clientsInForce });
const versionOf = (value: string): string => sha256Base64url(value).slice(0, 22);

const localized = z.strictObject({ fi: z.string(), sv: z.string(), en: z.string() });

export const list = operation({
  id: 'client.list',
  method: 'GET',
  path: '/clients',
  summary: 'The clients in force',
  roles: readers,
  readsPerson: false,
  guarded: null,
  params: nothing,
  query: nothing,
  body: noBody,
  output: z.strictObject({
    clients: z.array(
      z.strictObject({
        ...{ id: z.string(), name: localized, party: z.string(), type: z.string(), authMethod: z.string() },
        keptIn: z.enum(['file', 'storage', 'avain']),
        drift: z.boolean().describe('The store has another version, which the file hides'),
      }),
    ),
  }),
  run: async ({ deps }) => ({ output: { clients: [...(await listClients(managed(deps)))] } }),
});

export const read = operation({
  id: 'client.read',
  method: 'GET',
  path: '/clients/{client}',
  summary: 'A client with every default filled in; of its secret a hash',
  roles: readers,
  readsPerson: false,
  guarded: 'read',
  params,
  query: nothing,
  body: noBody,
  output: z.strictObject({
    client: z.looseObject({ id: z.string() }),
    text: z.string().nullable().describe('As the store has it'),
  }),
  async run({ deps }, { params: { client: id } }) {
    const own = managed(deps);
    const stored = await deps.storage.clients.byId(id as ClientId);
    const client = (await knownClients(own)).find((one) => one.id === id);
    if (!client && !stored) throw notFound();
    const shown = client ? shownClient(client) : { id };
    const version = versionOf(stored?.text ?? JSON.stringify(shown));
    return { output: { client: { ...shown, id }, text: stored?.text ?? null }, version };
  },
});

export const check = operation({
  id: 'client.check',
  method: 'POST',
  path: '/clients/check',
  summary: 'What is wrong with a client file, each fault with its fix; nothing is stored',
  roles: readers,
  readsPerson: false,
  guarded: null,
  params: nothing,
  query: nothing,
  body: z.strictObject({ id: clientId, text }),
  output: z.strictObject({
    faults: z.array(z.strictObject({ key: z.string(), line: z.int().nullable(), told: z.string(), fix: z.string() })),
  }),
  async run({ deps }, { body }) {
    const faults = await clientTextFaults(managed(deps), body);
    return {
      output: {
        faults: faults.map((fault) => ({
          ...{ key: fault.key, line: fault.line },
          ...{ told: describeFault(fault), fix: fixOf(fault) },
        })),
      },
    };
  },
});

export const drift = operation({
  id: 'client.drift',
  method: 'GET',
  path: '/clients/drift',
  summary: 'Where the store says otherwise than the file, which is in force',
  roles: readers,
  readsPerson: false,
  guarded: null,
  params: nothing,
  query: nothing,
  body: noBody,
  output: z.strictObject({
    drifts: z.array(
      z.strictObject({
        id: z.string(),
        keys: z.array(z.strictObject({ key: z.string(), file: z.unknown(), storage: z.unknown() })),
      }),
    ),
  }),
  async run({ deps }) {
    const drifts = await clientDrifts(managed(deps));
    return {
      output: {
        drifts: drifts.map(({ id, keys }) => ({
          id,
          // JSON has no `undefined`.
          keys: keys.map(({ key, file = null, storage = null }) => ({ key, file, storage })),
        })),
      },
    };
  },
});

/** What was seen in the store. @throws AdminRefused unless it is so still; the store compares once more */
async function seenText({ deps, seen }: AdminContext, id: string): Promise<string | null> {
  const stored = await deps.storage.clients.byId(id as ClientId);
  if (seen === null ? stored !== null : !stored || versionOf(stored.text) !== seen) throw stale();
  return stored?.text ?? null;
}

export const put = operation({
  id: 'client.put',
  method: 'PUT',
  path: '/clients/{client}',
  summary: 'Puts a client into the store and into force; a new one with `If-None-Match: *`',
  roles: changers,
  readsPerson: false,
  guarded: 'change',
  params,
  query: nothing,
  body: z.strictObject({ text }),
  output: z.strictObject({ id: z.string(), inForce: z.boolean() }),
  async run(context, { params: { client: id }, body }) {
    const { deps, actor } = context;
    const from = await seenText(context, id);
    // What a client registered of itself, it changes itself (RFC 7592).
    if (from !== null && /^registered:/m.test(from)) throw new AdminRefused('conflict', 'It registered itself.');
    if (!(await putClient(managed(deps), { id, text: body.text }, { actor: nameOf(actor), from }))) throw stale();
    const inForce = deps.clients.get(id)?.keptIn === 'storage';
    return { output: { id, inForce }, version: versionOf(body.text) };
  },
});

export const remove = operation({
  id: 'client.remove',
  method: 'DELETE',
  path: '/clients/{client}',
  summary: 'Takes a client out of the store and out of force',
  roles: changers,
  readsPerson: false,
  guarded: 'change',
  params,
  query: nothing,
  body: noBody,
  output: z.strictObject({ id: z.string() }),
  async run(context, { params: { client: id } }) {
    const from = await seenText(context, id);
    if (from === null) throw notFound();
    const change = { actor: nameOf(context.actor), from };
    if (!(await removeClient(managed(context.deps), id, change))) throw stale();
    return { output: { id } };
  },
});

export const reload = operation({
  id: 'client.reload',
  method: 'POST',
  path: '/clients/reload',
  summary: 'Reads all client files and the store again, at this node: all of them or none',
  roles: changers,
  readsPerson: false,
  guarded: null,
  params: nothing,
  query: nothing,
  body: noBody,
  output: z.strictObject({ clients: z.int() }),
  async run({ deps }) {
    const { reload: again } = deps.clientsInForce;
    if (!again) throw new AdminRefused('conflict', 'No Avain runs here.');
    return { output: { clients: await again.again() } };
  },
});
