/** F6: Redis does what nobody hears of, or forgets its last moments in a fail-over. Nothing is won twice by it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { rounds } from '../../support/heavy.ts';
import { type Nodes, startNodes } from '../../support/nodes.ts';
import { openStores } from '../../support/open-stores.ts';
import { startReplica } from '../../support/redis-replica.ts';
import { codeFor, Problem, type Resident, refresh, signInAndTell, type Tokens } from './crowd.ts';
import { tell } from './table.ts';
import { createResidents, mostRequestMs } from './through.ts';
import { nothingTold } from './told.ts';
import { createWatch, slowestMs, wrongs } from './watch.ts';

/** A redemption asks Redis fewer times than this: each reply is lost in its turn. */
const replies = rounds(8, 16);
const ways = ['cut', 'silence'] as const;
const backWithinMs = 2_000;

describeWithStores('Redis that does what nobody hears of, or forgets', () => {
  let nodes: Nodes;
  let residents: Resident[];
  beforeAll(async () => {
    nodes = await startNodes();
    residents = await createResidents(nodes, 3);
  });
  afterAll(() => nodes?.stop());

  const losing = async (nth: number, how: 'cut' | 'silence') => {
    let asked = 0;
    const to = () => ++asked === nth;
    for (const { redis } of nodes.nodes) await redis.set({ kind: 'lose-replies', how, to });
  };
  const heal = async () => {
    for (const { redis } of nodes.nodes) await redis.heal();
  };

  describe('replies', () => {
    const watch = createWatch();
    const totals = { won: 0, wrong: 0, unheard: 0 };
    afterAll(async () => {
      const found = wrongs(watch.seen, mostRequestMs);
      const measured = `${totals.unheard} replies lost, slowest request ${slowestMs(watch.seen)} ms`;
      const passed = totals.wrong + found.length === 0 && totals.unheard > 0;
      await tell('F6 replies', { passed, acknowledged: totals.won, lost: 0, wrong: totals.wrong, measured });
    });

    /** Uses one thing, loses the n-th reply on the way, and uses it again until there is an answer, oftener than it may win. */
    const useAgain = async (nth: number, how: 'cut' | 'silence', most: number, use: () => Promise<Response>) => {
      await losing(nth, how);
      const first = await use();
      await heal();
      const answers = [first];
      while (answers.length <= most) answers.push(await untilAnswered(use));
      const won = answers.filter(({ ok }) => ok).length;
      if (first.status === 503) totals.unheard += 1;
      totals.won += won;
      totals.wrong += Math.max(0, won - most);
      expect([nth, how, won]).toEqual([nth, how, Math.min(most, won)]);
    };

    test.each(ways)(
      'a code is redeemed once at most, whichever reply is lost (%s)',
      async (how) => {
        for (let nth = 1; nth <= replies; nth += 1) {
          const holding = await patiently(() => codeFor(nodes, watch, residents[nth % residents.length] as Resident));
          await useAgain(nth, how, 1, holding.redeem);
        }
        expect(wrongs(watch.seen, mostRequestMs)).toEqual([]);
      },
      120_000,
    );

    test.each(ways)(
      'a refresh token is rotated once, and once more in its grace, whichever reply is lost (%s)',
      async (how) => {
        for (let nth = 1; nth <= replies; nth += 1) {
          const resident = residents[nth % residents.length] as Resident;
          const tokens = await patiently(() => signInAndTell(nodes, watch, nothingTold(), resident));
          await useAgain(nth, how, 2, () => refresh(nodes, watch.ask, tokens.refresh_token));
        }
        expect(wrongs(watch.seen, mostRequestMs)).toEqual([]);
      },
      120_000,
    );

    test.each(ways)(
      'no command is sent twice: a counter never counts more than it was hit (%s)',
      async (how) => {
        const hits = rounds(20, 100);
        const proxy = await startFaultProxy({ to: { host: '127.0.0.1', port: nodes.redis.port } });
        const storage = await openStores({ mongoUrl: nodes.mongo.url, redisUrls: [`redis://127.0.0.1:${proxy.port}`] });
        const key = `counted ${how}`;
        try {
          for (let hit = 0; hit < hits; hit += 1) {
            // Of one command only: a second try would be answered, and counted.
            let isFirst = hit % 3 === 0;
            const to = (request: Buffer) => {
              const lost = isFirst && !request.includes('info');
              if (lost) isFirst = false;
              return lost;
            };
            await proxy.set({ kind: 'lose-replies', how, to });
            await storage.limits.hit(key, 3_600_000);
            await proxy.heal();
          }
          await sleep(backWithinMs);
          const { count } = await storage.limits.peek(key);
          expect(count).toBeLessThanOrEqual(hits);
          expect(count).toBeGreaterThan(0);
        } finally {
          await storage.close();
          await proxy.stop();
        }
      },
      120_000,
    );
  });

  test('a replica without the last writes becomes primary: nothing spent comes back', async () => {
    const [first, second, third] = residents as [Resident, Resident, Resident];
    const watch = createWatch();
    const signIn = (resident: Resident) => signInAndTell(nodes, watch, nothingTold(), resident);
    const replica = await startReplica(nodes.redis);
    const [code, rotated, revoked, kept, older] = [
      await codeFor(nodes, watch, first),
      await signIn(first),
      await signIn(second),
      await signIn(third),
      await codeFor(nodes, watch, third),
    ];
    await replica.holdsEverything();
    replica.promote();
    // What the new primary does not know of.
    const spentNow = [await code.redeem(), await refresh(nodes, watch.ask, rotated.refresh_token)];
    await revoke(nodes, revoked);
    expect(spentNow.map(({ status }) => status)).toEqual([200, 200]);
    const lastTokens = (await spentNow[1]?.json()) as Tokens;
    expect(replica.lacks()).toBeGreaterThan(0);

    await nodes.redis.kill();
    for (const { redis } of nodes.nodes) {
      redis.aim({ host: '127.0.0.1', port: replica.server.port });
      redis.cut();
    }
    const beganAt = performance.now();
    const won: string[] = [];
    // Again and again while the nodes find the new primary: not even the first command may be believed.
    const attempts: Readonly<Record<string, () => Promise<Response>>> = {
      'a redeemed code': code.redeem,
      'a code from before': older.redeem,
      'a rotated token': () => refresh(nodes, watch.ask, rotated.refresh_token),
      'a revoked token': () => refresh(nodes, watch.ask, revoked.refresh_token),
      'an access token of what was revoked': () => userinfo(nodes, revoked),
    };
    while (performance.now() - beganAt < backWithinMs + 1_000) {
      const answers = await Promise.all(Object.values(attempts).map((attempt) => attempt()));
      answers.forEach(({ ok }, index) => void (ok && won.push(Object.keys(attempts)[index] ?? '')));
      await sleep(20);
    }
    // Within its ten seconds of grace the rotated one is good once more, here too (provider/refresh-reuse.ts).
    const graced = won.indexOf('a rotated token');
    if (graced >= 0) won.splice(graced, 1);
    const still = await refresh(nodes, watch.ask, kept.refresh_token);
    const gone = await refresh(nodes, watch.ask, lastTokens.refresh_token);
    const signedInAgain = await signIn(third);
    const found = [
      ...wrongs(watch.seen, mostRequestMs),
      ...(still.status === 200 ? [] : [`a refresh token that nobody used: ${still.status}`]),
      ...(gone.status < 500 ? [] : [`a token that was forgotten: ${gone.status}`]),
      ...(signedInAgain.refresh_token ? [] : ['nobody can sign in again']),
    ];
    const passed = found.length + won.length === 0;
    const measured = `slowest request ${slowestMs(watch.seen)} ms`;
    await tell('F6 failover', { passed, acknowledged: 4, lost: found.length, wrong: won.length, measured });
    await replica.server.stop();
    expect({ found, won }).toEqual({ found: [], won: [] });
  }, 120_000);
});

/** Until the node has a new connection. */
async function patiently<T>(journey: () => Promise<T>): Promise<T> {
  for (const until = performance.now() + backWithinMs; ; await sleep(100)) {
    try {
      return await journey();
    } catch (error) {
      if (!(error instanceof Problem) || performance.now() > until) throw error;
    }
  }
}

async function untilAnswered(use: () => Promise<Response>): Promise<Response> {
  for (const until = performance.now() + backWithinMs; ; await sleep(50)) {
    const answer = await use();
    if (answer.status !== 503 || performance.now() > until) return answer;
  }
}

function userinfo({ issuer }: Nodes, { access_token }: Tokens): Promise<Response> {
  return fetch(new URL('/me', issuer), { headers: { authorization: `Bearer ${access_token}` } });
}

async function revoke({ issuer }: Nodes, { refresh_token }: Tokens): Promise<void> {
  const body = new URLSearchParams({ client_id: 'test-public', token: refresh_token });
  expect((await fetch(new URL('/token/revocation', issuer), { method: 'POST', body })).status).toBe(200);
}
