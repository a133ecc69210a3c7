/** A signing key that is revoked is refused by every node within five seconds (security F19); two who rotate at once rotate once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { type Nodes, startNodes } from '../../support/nodes.ts';
import { authorization, noListener, signInWithPassword } from '../../support/stories.ts';
import { errorOf, tokensOf } from '../../support/tokens.ts';
import { createVisitor } from '../../support/visitor.ts';

const root = join(import.meta.dirname, '../../..');
const mostMs = 5_000;
type Listed = { readonly kid: string; readonly alg: string; readonly state: string };

describeWithStores('two nodes and their signing keys', () => {
  let nodes: Nodes;
  beforeAll(async () => {
    nodes = await startNodes();
  });
  afterAll(() => nodes?.stop());

  /** A command that opens the stores by itself: its end, and what it printed. */
  async function avain(...args: string[]): Promise<{ status: number; told: string }> {
    const env = { ...process.env, ...nodes.env };
    const child = spawn(process.execPath, ['bin/avain.mjs', ...args], { cwd: root, env });
    const printed: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk));
    const [status] = await once(child, 'close');
    return { status: Number(status), told: Buffer.concat(printed).toString() };
  }

  const publishedAt = async (origin: string): Promise<readonly string[]> => {
    const { keys } = (await (await fetch(`${origin}/jwks`)).json()) as { keys: Listed[] };
    return keys.map(({ kid }) => kid);
  };

  async function signedIn() {
    const visitor = createVisitor();
    visitor.unvisited.add(noListener);
    const request = authorization(nodes);
    const end = await signInWithPassword(visitor, await visitor.get(request.url), 'aino@oma.example');
    const { id_token: idToken = '' } = await tokensOf(nodes, request, end);
    return { visitor, idToken, kid: decodeProtectedHeader(idToken).kid ?? '' };
  }

  test('revoked by a command: no node publishes or believes it after five seconds, and the next one signs', async () => {
    const { visitor, idToken, kid } = await signedIn();
    /** When each way last let it pass, by when it was asked. */
    const last: Record<string, number> = {};
    let going = true;
    const believed = async (origin: string) => {
      const { url } = authorization({ ...nodes, issuer: origin }, { prompt: 'none', id_token_hint: idToken });
      return errorOf(await visitor.get(url)) === null;
    };
    const asking = nodes.nodes.flatMap(({ origin, port }) =>
      [
        [`/jwks at ${port}`, async () => (await publishedAt(origin)).includes(kid)] as const,
        [`hint at ${port}`, () => believed(nodes.issuer)] as const,
      ].map(async ([name, way]) => {
        while (going) {
          const asked = Date.now();
          if (await way().catch(() => false)) last[name] = asked;
          await sleep(25);
        }
      }),
    );
    await sleep(1_500);
    expect(Object.keys(last)).toHaveLength(4);
    const { status, told } = await avain('keys', 'revoke', kid, '--by', 'Maija Tuki', '--reason', 'tiketti 1');
    expect([status, told]).toEqual([0, expect.stringMatching(/2 of 2 nodes serve with these keys/)]);
    await sleep(1_000);
    going = false;
    await Promise.all(asking);
    const { told: listed } = await avain('keys', 'list', '--json');
    const keys = (JSON.parse(listed) as { signingKeys: (Listed & { since: number })[] }).signingKeys;
    const revokedAt = keys.find((key) => key.kid === kid)?.since ?? 0;
    const late = Object.entries(last).map(([way, at]) => [way, at - revokedAt] as const);
    process.stderr.write(`revoked: last believed ${Math.max(...late.map(([, ms]) => ms))} ms after it was stored\n`);
    expect(late.filter(([, ms]) => ms > mostMs)).toEqual([]);
    const next = await signedIn();
    expect(next.kid).not.toBe(kid);
    for (const { origin } of nodes.nodes) expect(await publishedAt(origin)).toContain(next.kid);
  }, 90_000);

  test('rotated by two at once: one new key of each kind signs, on both nodes', async () => {
    const ask = () => avain('keys', 'rotate', '--now', '--by', 'Maija Tuki');
    const ends = await Promise.all([ask(), ask()]);
    expect(ends.map(({ status, told }) => (status === 0 ? 0 : told))).toEqual([0, 0]);
    const { told } = await avain('keys', 'list', '--json');
    const keys = (JSON.parse(told) as { signingKeys: Listed[] }).signingKeys;
    const active = keys.filter(({ state }) => state === 'active').map(({ alg }) => alg);
    expect(active.toSorted()).toEqual(['ES256', 'PS256', 'RS256']);
    const [one, other] = await Promise.all(nodes.nodes.map(({ origin }) => publishedAt(origin)));
    expect(one).toEqual(other);
  }, 90_000);
});
