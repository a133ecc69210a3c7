/** What stands between an operation and whoever asks for it, beyond the table of roles; without HTTP. */
import { expect, test } from '@jest/globals';
import type { Context } from 'koa';
import { endSessions, reset } from '../../src/admin/accounts/orders.ts';
import { ask, confirm } from '../../src/admin/accounts/relinking.ts';
import { jsonOf } from '../../src/admin/http/request.ts';
import type { AdminActor, AdminDeps } from '../../src/admin/operation.ts';
import { perform } from '../../src/admin/perform.ts';
import type { GivenRole } from '../../src/admin/role.ts';
import { liveClients } from '../../src/clients/registry.ts';
import { retentionSchema } from '../../src/config/retention-schema.ts';
import type { AccountId, ClientId } from '../../src/ids.ts';
import { bornAccount, ceremonyDeps, newJourneyId } from '../identity/ceremony.ts';
import { testIdentity } from '../support/storage.ts';

const person = (id: string, role: GivenRole): AdminActor => {
  // A cast: an account that nobody looks up.
  return { kind: 'person', accountId: id as AccountId, role, lists: [] };
};
const machine: AdminActor = { kind: 'client', clientId: 'tuki-ohjelma' as ClientId, role: 'support' };
const reason = 'tiketti 4711';

/** Somebody who is linked and has this role, and how others fare with them. */
async function somebody(adminRole: GivenRole | null) {
  const all = await ceremonyDeps();
  const { id } = await bornAccount(all, newJourneyId());
  await all.storage.accounts.update(id, (account) => ({
    account: { ...account, identity: testIdentity(), adminRole },
    effects: {},
  }));
  const config = { ...all.config, retention: retentionSchema.parse({}) };
  // A cast: the rest of what an operation may use is not used here.
  const deps = {
    ...all,
    config,
    clients: liveClients([]),
    endSessionsOf: async () => undefined,
  } as unknown as AdminDeps;
  const seen = async () => String((await all.storage.accounts.byId(id))?.version);
  const order = async (one: typeof reset, actor: AdminActor) =>
    perform(deps, one, actor, { params: { account: id }, body: { reason }, seen: await seen() });
  return {
    order: (one: typeof reset, actor: AdminActor) => told(order(one, actor)),
    ask: async (actor: AdminActor) =>
      perform(deps, ask, actor, { params: { account: id }, body: { reason }, seen: await seen() }).then(
        ({ output }) => output.id,
      ),
    confirm: (relinking: string, actor: AdminActor) =>
      told(perform(deps, confirm, actor, { params: { id: relinking } })),
  };
}

const told = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );

test('four eyes are those of two persons: a program of one of them is not the second', async () => {
  const { ask, confirm } = await somebody(null);
  expect(await told(ask(machine))).toBe('forbidden');
  const id = await ask(person('maija', 'support'));
  expect(await confirm(id, machine)).toBe('forbidden');
  expect(await confirm(id, person('maija', 'support'))).toBe('conflict');
  expect(await confirm(id, person('kaisa', 'support'))).toBe('done');
});

test('what is an owner’s, no other role unlinks, signs out or takes a factor from', async () => {
  const owner = await somebody('owner');
  for (const actor of [person('maija', 'support'), person('otto', 'operator'), machine]) {
    expect(await told(owner.ask(actor))).toBe('forbidden');
    for (const one of [reset, endSessions]) expect(await owner.order(one, actor)).toBe('forbidden');
  }
  const id = await owner.ask(person('olga', 'owner'));
  expect(await owner.confirm(id, person('maija', 'support'))).toBe('forbidden');
  expect(await owner.order(endSessions, person('olga', 'owner'))).toBe('done');
  expect(await (await somebody('auditor')).order(endSessions, person('maija', 'support'))).toBe('done');
});

test('a body that is large, or deep, or says a key twice costs no more than to read it', () => {
  // A cast: of a request only its type is asked.
  const ctx = { is: () => 'application/json' } as unknown as Context;
  const read = (text: string) => {
    const from = performance.now();
    const malformed = (() => {
      try {
        return jsonOf(ctx, Buffer.from(text)) === undefined;
      } catch {
        return true;
      }
    })();
    return { malformed, quick: performance.now() - from < 1_500 };
  };
  const quick = (malformed: boolean) => ({ malformed, quick: true });
  expect(read('{"a":{"a":1,"b":"\\"a\\":{"},"b":[{"a":1},{"a":[]}]}')).toEqual(quick(false));
  expect(read('{"a":1,"b":[],"\\u0061":2}')).toEqual(quick(true));
  expect(read('{"b":{"a":1,"c":{},"a":2}}')).toEqual(quick(true));
  expect(read(`"${'\\\\x'.repeat(300_000)}"`)).toEqual(quick(false));
  expect(read('['.repeat(450_000) + ']'.repeat(450_000))).toEqual(quick(true));
  const many = Array.from({ length: 60_000 }, (_, at) => `"k${at}":0`);
  expect(read(`{${many.join(',')}}`)).toEqual(quick(false));
});
