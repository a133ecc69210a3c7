/** Two nodes behind a plain TCP balancer: any serves any request, one is killed, each is restarted in turn. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { rounds } from '../../support/heavy.ts';
import { type AvainNode, type Nodes, startNodes } from '../../support/nodes.ts';
import { aftermath } from './afterwards.ts';
import { type Resident, startCrowd } from './crowd.ts';
import type { PlannedFault } from './plan.ts';
import { tell } from './table.ts';
import { createResidents } from './through.ts';
import { acknowledged, nothingTold, type Told, wonTwice } from './told.ts';
import { createWatch, type Seen, slowestMs, type Watch } from './watch.ts';

const turns = rounds(2, 6);
const calmMs = 700;
const againMs = 50;
const mostAgain = 40;

describeWithStores('several nodes', () => {
  let nodes: Nodes;
  let residents: Resident[];
  beforeAll(async () => {
    nodes = await startNodes({ env: { AVAIN_DRAIN_SECONDS: '3' } });
    // Few: what is looked for is a request that fails, not one that a slow machine keeps waiting for too long.
    residents = await createResidents(nodes, 2);
  });
  afterAll(() => nodes?.stop());

  /** A crowd is about while each node in turn has something done to it. */
  const eachInTurn = async (ask: Watch, deed: (node: AvainNode) => Promise<void>): Promise<Told> => {
    const told = nothingTold();
    const crowd = startCrowd(nodes, ask, told, residents);
    for (let turn = 0; turn < turns; turn += 1) {
      await sleep(calmMs);
      const node = nodes.nodes[turn % nodes.nodes.length];
      if (node) await deed(node);
    }
    await sleep(calmMs);
    await crowd.leave();
    return told;
  };

  const conclude = async (id: PlannedFault, told: Told, watch: Watch, found: string[], measured: string) => {
    const { lost, wrong } = await aftermath(nodes, told);
    const all = { found, lost, wrong: [...wrong, ...wonTwice(told)] };
    await tell(id, {
      passed: Object.values(all).flat().length === 0,
      acknowledged: acknowledged(told),
      lost: all.lost.length,
      wrong: all.wrong.length,
      measured: `${measured}, ${watch.seen.length} requests, slowest ${slowestMs(watch.seen)} ms`,
    });
    expect(all).toEqual({ found: [], lost: [], wrong: [] });
  };

  test('the requests of one journey are dealt out to both', async () => {
    const before = nodes.balancer.given();
    await createResidents(nodes, 1);
    for (const { port } of nodes.nodes) {
      expect((nodes.balancer.given().get(port) ?? 0) - (before.get(port) ?? 0)).toBeGreaterThan(3);
    }
  });

  test('one is killed and comes back: nobody loses more than the request in flight', async () => {
    const watch = createWatch();
    const told = await eachInTurn(persistent(watch), async (node) => {
      await node.end('SIGKILL');
      await sleep(calmMs);
      await node.start();
    });
    const inFlight = watch.seen.filter(({ status }) => status === 'broken');
    // A token request whose answer was lost may have spent its code or token: that client begins again. A bank's answer
    // too is used once: whoever lost the page behind it identifies again.
    const unheard = inFlight.filter(({ what }) => what === 'POST /token' || what.startsWith('GET /upstream/')).length;
    const answered = watch.seen.filter(({ status }) => status !== 'broken');
    // A mail that a killed node was about to send waits for its lease, a minute.
    const stuck = problems(told).filter((problem) => !problem.includes('fewer than 1 mails'));
    const found = [...failures(answered), ...stuck.slice(unheard)];
    await conclude('node killed', told, watch, found, `${turns} kills, ${inFlight.length} requests in flight`);
  }, 120_000);

  test('each is restarted in turn: no request fails', async () => {
    const watch = createWatch();
    const told = await eachInTurn(watch, async (node) => {
      nodes.balancer.drop(node.port);
      await node.end('SIGTERM');
      await node.start();
      nodes.balancer.add(node.port);
    });
    const found = [...failures(watch.seen), ...problems(told)];
    await conclude('rolling restart', told, watch, found, `${turns} restarts`);
  }, 240_000);

  test('nobody tells the balancer: it follows readiness, and no request fails', async () => {
    const watch = createWatch();
    const unfollow = nodes.balancer.followReadiness();
    const told = await eachInTurn(watch, async (node) => {
      await node.end('SIGTERM');
      await node.start();
    });
    unfollow();
    const { lost, wrong } = await aftermath(nodes, told);
    const found = [...failures(watch.seen), ...problems(told)];
    expect({ found, lost, wrong: [...wrong, ...wonTwice(told)] }).toEqual({ found: [], lost: [], wrong: [] });
    expect(acknowledged(told)).toBeGreaterThan(0);
  }, 240_000);
});

/**
 * Asks again when the connection broke, as a person does who presses the button again. Clients do not: a refresh token
 * that is sent a second time ends its family, and a code likewise.
 */
function persistent({ ask, seen }: Watch): Watch {
  const persist: typeof fetch = async (input, init) => {
    for (let again = 0; ; again += 1) {
      try {
        return await ask(input, init);
      } catch (error) {
        if (again === mostAgain || String(input).endsWith('/token')) throw error;
        await sleep(againMs);
      }
    }
  };
  return { ask: persist, seen };
}

function failures(seen: readonly Seen[]): string[] {
  return seen.flatMap(({ what, status }) =>
    typeof status === 'string' || status >= 500 ? [`${what}: ${status}`] : [],
  );
}

function problems({ journeys }: Told): string[] {
  return journeys.flatMap(({ what, problem }) => (problem === null ? [] : [`${what}: ${problem}`]));
}
