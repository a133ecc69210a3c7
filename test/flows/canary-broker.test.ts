/**
 * An identity code goes through every way in which a broker can answer, and into every argument and file that a command
 * reads: no page, address, mail or log line of ours ever has one, whatever the outcome (security R61).
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { scenarioNames, scenarios } from '../../src/demo/broker/scenarios.ts';
import { runAvain } from '../cli/avain.ts';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { newPerson } from '../support/people.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { authorization, identify, mailsTo, noListener, signUp, stepOf } from '../support/stories.ts';
import { type Answer, createVisitor, type Visitor } from '../support/visitor.ts';

/** Planted by us; what the broker makes of it (another code, a wrong one, one of another country) is found by its shape. */
const code = '131189Y902A';
const anyCode = /(?<![\w-])\d{6}[-+A-FU-Y]\d{3}[0-9A-Y](?![\w-])/i;
const foreignCode = /(?:FI|SE)\/(?:FI|SE)\//;

let world: World;
let config: OwnConfig;
let printed = '';
beforeAll(async () => {
  config = await ownConfig();
  world = await startWorld({ env: config.env });
  for (const stream of [world.avain?.stdout, world.avain?.stderr]) {
    stream?.on('data', (chunk) => {
      printed += String(chunk);
    });
  }
});
afterAll(async () => {
  await world.stop();
  await config.remove();
});

const occurs = (text: string): boolean =>
  [text, decodeURIComponent(text.replaceAll(/%(?![0-9a-f]{2})/gi, '%25'))].some(
    (form) => form.includes(code) || anyCode.test(form) || foreignCode.test(form),
  ) || text.includes(Buffer.from(code).toString('base64url'));

function expectClean({ text, url, hops }: Answer): void {
  expect(occurs(text)).toBe(false);
  expect([url, ...hops].map(String).filter(occurs)).toEqual([]);
}

const simulate = async (scenario: string | null): Promise<void> => {
  const answer = await fetch(`${world.addresses.broker.origin}/simulate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ scenario }),
  });
  expect(answer.ok).toBe(true);
};

const outcomes = new Set<string>();

/** After some broken answers the broker counts as down for ten seconds: then nobody is sent there, so it is waited for. */
async function identified(visitor: Visitor, strongAuth: Answer): Promise<Answer> {
  const walk = { person: code, name: 'Testi Henkilö' };
  try {
    return await identify(visitor, strongAuth, walk);
  } catch {
    await sleep(11_000);
    return identify(visitor, await visitor.get(strongAuth.url), walk);
  }
}

/** Those that count as an outage last. */
const inOrder = scenarioNames.toSorted(
  (one, other) => Number(scenarios[one].at === 'endpoint') - Number(scenarios[other].at === 'endpoint'),
);

test.each(['none', ...inOrder])('%s', async (scenario) => {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  const { email } = newPerson('kanaria');
  const strongAuth = await signUp(world, visitor, authorization(world).url, email);
  await simulate(scenario === 'none' ? null : scenario);
  const page = await identified(visitor, strongAuth);
  await simulate(null);
  expectClean(page);
  outcomes.add(stepOf(page) ?? 'none');
  for (const mail of await mailsTo(world, email)) expect(occurs(JSON.stringify(mail))).toBe(false);
});

test('the scenarios came to both ends', () => {
  expect([...outcomes].sort()).toEqual(expect.arrayContaining(['link-eid', 'strong-auth']));
});

test('where nothing asks for one: paths, queries, headers, cookies, forms', async () => {
  const visitor = createVisitor({ 'user-agent': code, 'x-request-id': code, cookie: `avain=${code}; ${code}=1` });
  visitor.unvisited.add(noListener);
  const at = (path: string) => new URL(path, world.issuer);
  const answers = [
    await visitor.get(at(`/${code}`)),
    await visitor.get(at(`/interaction/${code}/strong-auth?${code}`)),
    await visitor.get(at(`/upstream/${code}/callback?state=${code}&code=${code}`)),
    await visitor.get(at(`/upstream/demotunnistus/callback?state=x&error=${code}&error_description=${code}`)),
    await visitor.get(at(`/links/activate?token=${code}`)),
    await visitor.get(authorization(world, { scope: `openid ${code}`, ui_locales: code, acr_values: code }).url),
  ];
  for (const { text, url, hops } of answers) {
    // A page links back to itself (languages); beyond the address that the visitor asked for, neither it nor where we
    // send them on has it.
    expect(text.replaceAll(url.pathname, '').replaceAll(encodeURIComponent(url.pathname), '')).not.toContain(code);
    expect(hops.slice(1).map(String).filter(occurs)).toEqual([]);
  }
  for (const path of ['/token', '/me', '/interaction/x/link-eid']) {
    const answer = await fetch(at(path), { method: 'POST', body: new URLSearchParams({ code, client_id: code }) });
    expect(await answer.text()).not.toContain(code);
  }
});

test('arguments of commands, and a roster with faults', async () => {
  for (const args of [
    ['keys', 'add', code],
    ['keys', 'use', 'master', code],
    ['keys', 'remove', 'index', code],
    ['keys', 'remove', code, code],
    ['relink', 'confirm', code, '--by', 'Tuki'],
  ]) {
    const { status, out, told } = runAvain(args, world.env);
    expect([args, status]).toEqual([args, 1]);
    expect({ args, occurs: occurs(out + told) }).toEqual({ args, occurs: false });
  }
  const rows = [`apu,identity,${code.slice(0, -1)}B,2026-01-01,`, `${code},${code},${code},${code},${code}`, code];
  const roster = ['roster,kind,value,valid_from,valid_to', ...rows].join('\n');
  await writeFile(join(config.dir, 'rosters/kanaria.csv'), roster);
  const { status, out, told } = runAvain(['check'], world.env);
  expect(status).toBe(1);
  expect(told).toContain('kanaria.csv:2: value: found something else');
  expect(occurs(out + told)).toBe(false);
});

test('no identity code is in the log', () => {
  expect(printed).toContain('"msg":"request"');
  expect(printed.split('\n').filter(occurs)).toEqual([]);
});

test('the search finds what is there', () => {
  expect([code, `"${code}"`, encodeURIComponent('010190+999W'), 'SE/FI/1', `x=${code}`].map(occurs)).not.toContain(
    false,
  );
  expect(occurs('2026-11-23T03:00:00Z kid 131189Y902')).toBe(false);
});
