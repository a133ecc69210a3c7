/** What is changed about clients in the store, and the files read again. */
import { z } from 'zod';
import { putClient, removeClient } from '../../clients/manage.ts';
import type { ClientId } from '../../ids.ts';
import { type AdminContext, nameOf, operation } from '../operation.ts';
import { AdminRefused } from '../refusal.ts';
import { noBody, notFound, nothing, stale } from '../shapes.ts';
import { managed, clientParams as params, clientText as text, versionOf } from './shapes.ts';

const changers = ['operator', 'owner'] as const;

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
