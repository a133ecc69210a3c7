/**
 * F24: a node that is cut off from its stores says so, issues nothing and believes nothing; what another node changed is
 * true at every node at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { rounds } from '../../support/heavy.ts';
import { type AvainNode, type Nodes, startNodes } from '../../support/nodes.ts';
import { openStores } from '../../support/open-stores.ts';
import { type Resident, refresh, signInAndTell, startCrowd, type Tokens } from './crowd.ts';
import { tell } from './table.ts';
import { createResidents, mostRequestMs, recoveryMs } from './through.ts';
import { acknowledged, nothingTold } from './told.ts';
import { createWatch, slowestMs, type Watch, wrongs } from './watch.ts';

const cutOffMs = rounds(6_000, 30_000);
const notReadyWithinMs = 5_000;
const atOnceMs = 1_000;

describeWithStores('a node without its stores', () => {
  let nodes: Nodes;
  let here: AvainNode;
  let there: AvainNode;
  let residents: Resident[];
  beforeAll(async () => {
    nodes = await startNodes();
    [here, there] = nodes.nodes as [AvainNode, AvainNode];
    residents = await createResidents(nodes, 3);
  });
  afterAll(() => nodes?.stop());

  const signIn = (resident: Resident | undefined): Promise<Tokens> => {
    if (!resident) throw new Error('nobody');
    return signInAndTell(nodes, only(here, createWatch()), nothingTold(), resident);
  };

  test('what one node revoked, and who was barred, is refused by the other at once', async () => {
    const [first, second] = residents;
    const tokens = await signIn(first);
    expect(await userinfo(there, tokens)).toBe(200);
    await revoke(here, tokens);
    const revokedAt = performance.now();
    expect(await userinfo(there, tokens)).toBe(401);
    expect((await refresh({ ...nodes, issuer: there.origin }, fetch, tokens.refresh_token)).status).toBe(400);
    expect(performance.now() - revokedAt).toBeLessThan(atOnceMs);

    const others = await signIn(second);
    await bar(nodes, second?.person.email ?? '');
    const barredAt = performance.now();
    for (const { origin } of nodes.nodes) {
      expect((await refresh({ ...nodes, issuer: origin }, fetch, others.refresh_token)).status).toBe(400);
    }
    for (const node of nodes.nodes) expect(await userinfo(node, others)).toBe(401);
    expect(performance.now() - barredAt).toBeLessThan(atOnceMs);
  });

  test('cut off, it is not ready, issues nothing, and believes nothing that was revoked meanwhile', async () => {
    const [first, , third] = residents as [Resident, Resident, Resident];
    const [revoked, kept] = [await signIn(first), await signIn(third)];
    for (const proxy of [there.mongo, there.redis]) await proxy.set({ kind: 'black-hole' });
    const cutAt = performance.now();
    const [readiness, watch, told] = [createWatch(), createWatch(), nothingTold()];
    const crowd = startCrowd(nodes, only(there, watch), told, [first, third]);
    const asked = { me: [] as number[], refreshed: [] as number[] };
    await revoke(here, revoked);
    while (performance.now() - cutAt < cutOffMs) {
      await readiness.ask(`${there.origin}/health/ready`);
      asked.me.push(await userinfo(there, revoked));
      asked.refreshed.push(
        (await refresh({ ...nodes, issuer: there.origin }, watch.ask, revoked.refresh_token)).status,
      );
      await sleep(100);
    }
    await crowd.leave();
    // The other node goes on by itself.
    const elsewhere = await signIn(third);
    for (const proxy of [there.mongo, there.redis]) await proxy.heal();
    const healedAt = performance.now();
    const back = await untilReady(there, readiness);
    const statuses = [await userinfo(there, revoked), await userinfo(there, kept), await userinfo(there, elsewhere)];
    const found = [
      ...wrongs([...watch.seen, ...readiness.seen], mostRequestMs),
      ...(readiness.seen.some(({ startedAt, status }) => status === 503 && startedAt - cutAt < notReadyWithinMs)
        ? []
        : ['it said it was ready']),
      ...(acknowledged(told) === 0 ? [] : ['it issued something']),
      ...([...asked.me, ...asked.refreshed].includes(200) ? ['it believed what was revoked'] : []),
      ...(back - healedAt <= recoveryMs ? [] : [`ready again only after ${Math.round(back - healedAt)} ms`]),
      ...(statuses.join() === '401,200,200' ? [] : [`afterwards userinfo said ${statuses}`]),
    ];
    await tell('F24', {
      passed: found.length === 0,
      acknowledged: acknowledged(told),
      lost: 0,
      wrong: found.length,
      measured: `${watch.seen.length} requests, slowest ${slowestMs(watch.seen)} ms, ready again after ${Math.round(back - healedAt)} ms`,
    });
    expect(found).toEqual([]);
  }, 120_000);
});

/** Everything that is asked of Avain is asked of this node, past the balancer. */
function only({ port }: AvainNode, { ask, seen }: Watch): Watch {
  const there: typeof fetch = (input, init) => {
    const url = new URL(String(input));
    url.port = String(port);
    return ask(url, init);
  };
  return { ask: there, seen };
}

async function userinfo({ origin }: AvainNode, { access_token }: Tokens): Promise<number> {
  const headers = { authorization: `Bearer ${access_token}` };
  return (await fetch(new URL('/me', origin), { headers })).status;
}

async function revoke({ origin }: AvainNode, { refresh_token }: Tokens): Promise<void> {
  const body = new URLSearchParams({ client_id: 'test-public', token: refresh_token });
  const { status } = await fetch(new URL('/token/revocation', origin), { method: 'POST', body });
  expect(status).toBe(200);
}

/** As an administrator's tool will do it, in a process of its own. */
async function bar({ mongo, redis }: Nodes, email: string): Promise<void> {
  const storage = await openStores({ mongoUrl: mongo.url, redisUrls: [redis.url] });
  const { rows } = await storage.moving.read('accounts', null, 0);
  const id = rows.find(({ value }) => value.email === email)?.value.id;
  if (id === undefined) throw new Error('no such account');
  await storage.accounts.update(id, (account) => ({ account: { ...account, barredAt: Date.now() } }));
  await storage.close();
}

async function untilReady({ origin }: AvainNode, { ask }: Watch): Promise<number> {
  for (const until = performance.now() + 10_000; performance.now() < until; await sleep(20)) {
    if ((await ask(`${origin}/health/ready`)).status === 200) return performance.now();
  }
  return Number.POSITIVE_INFINITY;
}
