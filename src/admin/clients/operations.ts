/** The clients in force, and those that are kept in the store, as they are read; changes.ts changes those of the store. */
import { z } from 'zod';
import { fixOf } from '../../clients/fix.ts';
import { clientDrifts, clientTextFaults, knownClients, listClients } from '../../clients/manage.ts';
import { shownClient } from '../../clients/shown-client.ts';
import { describeFault } from '../../config/faults.ts';
import type { ClientId } from '../../ids.ts';
import { operation } from '../operation.ts';
import { noBody, notFound, nothing } from '../shapes.ts';
import { clientId, clientText, managed, clientParams as params, versionOf } from './shapes.ts';

/** Configuration, and nothing of people. */
const readers = ['auditor', 'operator', 'owner'] as const;
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
  body: z.strictObject({ id: clientId, text: clientText }),
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
