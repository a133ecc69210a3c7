/** Whoever is barred or erased is out within a second on every node (security R38), while both nodes are busy with them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { type Nodes, startNodes } from '../../support/nodes.ts';
import { becomeUser, newPerson } from '../../support/people.ts';
import { authorization, clientSecret, noListener } from '../../support/stories.ts';
import { tokensOf } from '../../support/tokens.ts';
import { createVisitor } from '../../support/visitor.ts';

const root = join(import.meta.dirname, '../../..');
const mostMs = 1_000;
const isActive = (answer: unknown): boolean => (answer as { active?: boolean }).active === true;

describeWithStores('two nodes and an operator', () => {
  let nodes: Nodes;
  beforeAll(async () => {
    nodes = await startNodes();
  });
  afterAll(() => nodes?.stop());

  /** Runs a command that opens the stores by itself; resolves to what it printed. */
  async function avain(...args: string[]): Promise<string> {
    const child = spawn(process.execPath, ['bin/avain.mjs', ...args], {
      cwd: root,
      env: { ...process.env, ...nodes.env },
    });
    const printed: Buffer[] = [];
    child.stdout.on('data', (chunk) => printed.push(chunk));
    const [status] = await once(child, 'close');
    expect(status).toBe(0);
    return Buffer.concat(printed).toString();
  }

  /** Somebody signed in, whom a service and their own browser ask about at both nodes until they are told to stop. */
  async function busy() {
    const visitor = createVisitor();
    visitor.unvisited.add(noListener);
    const [person, request] = [newPerson('estetty'), authorization(nodes, { scope: 'openid email offline_access' })];
    const end = await becomeUser(nodes, visitor, request.url, person);
    const { access_token: token, refresh_token: refresh = '' } = await tokensOf(nodes, request, end);
    const basic = Buffer.from(`test-web:${encodeURIComponent(await clientSecret(nodes, 'test-web'))}`).toString(
      'base64',
    );
    const post = (url: string, body: Record<string, string>) =>
      fetch(url, { method: 'POST', headers: { authorization: `Basic ${basic}` }, body: new URLSearchParams(body) });
    const ways = {
      userinfo: async (at: string) => (await fetch(`${at}/me`, { headers: { authorization: `Bearer ${token}` } })).ok,
      introspection: async (at: string) => isActive(await (await post(`${at}/token/introspection`, { token })).json()),
      refresh: async (at: string) =>
        (await post(`${at}/token`, { grant_type: 'refresh_token', refresh_token: refresh })).ok,
      session: async () =>
        new URL((await visitor.get(authorization(nodes, { prompt: 'none' }).url)).url).searchParams.has('code'),
    };
    /** When each way last let them through, by when it was asked. */
    const last: Record<string, number> = {};
    let going = true;
    const asking = nodes.nodes.flatMap(({ origin, port }) =>
      Object.entries(ways).map(async ([name, way]) => {
        while (going) {
          const asked = Date.now();
          if (await way(origin).catch(() => false)) last[`${name} at ${port}`] = asked;
          await sleep(20);
        }
      }),
    );
    await sleep(1_500);
    const stop = async () => {
      await sleep(mostMs + 500);
      going = false;
      await Promise.all(asking);
    };
    return { person, last, stop };
  }

  test.each([
    ['bar', []],
    ['erase', ['--irrevocably']],
  ] as const)(
    '%s: userinfo, introspection, refresh and sessions are over everywhere within a second',
    async (what, more) => {
      const { person, last, stop } = await busy();
      // All were let through before: else there would be nothing to see.
      expect(Object.keys(last)).toHaveLength(8);
      await avain('account', what, person.email, '--by', 'Maija Tuki', '--reason', 'tiketti 1', ...more);
      const endedAt = Date.now();
      await stop();
      // Of a barred account the very instant is known, just before it was stored.
      const shown = what === 'bar' ? await avain('account', 'show', person.email, '--json') : null;
      const doneAt = shown === null ? endedAt : Date.parse(JSON.parse(shown).barredAt);
      const late = Object.entries(last).map(([way, at]) => [way, at - doneAt] as const);
      process.stderr.write(`${what}: last let through ${Math.max(...late.map(([, ms]) => ms))} ms after it was done\n`);
      expect(late.filter(([, ms]) => ms > mostMs)).toEqual([]);
    },
    60_000,
  );
});
