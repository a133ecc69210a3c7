/** `avain broker check` beside a running Avain and the simulated broker, as the operator and as a build server run it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import { walkBroker } from '../support/broker-walk.ts';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { runAvain } from './avain.ts';

let world: World;
/** Where a person must identify: nobody is named to the test environment. */
let byHand: OwnConfig;
beforeAll(async () => {
  [world, byHand] = await Promise.all([
    startWorld(),
    ownConfig((yaml) => yaml.replace(/^ {4}check:\n {6}loginHint: uusi\n/m, '')),
  ]);
}, 120_000);
afterAll(async () => {
  await world?.stop();
  await byHand?.remove();
});

const broker = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  runAvain(['broker', ...args], { ...world.env, ...env });

type Report = {
  met: number;
  notMet: number;
  notTried: number;
  duties: { duty: string; verdict: string; reason: string }[];
};
const check = (env: NodeJS.ProcessEnv = {}, ...args: string[]) => {
  const { status, out } = broker(['check', 'demo', '--json', ...args], env);
  const report = JSON.parse(out) as Report;
  const are = (verdict: string) => report.duties.filter((each) => each.verdict === verdict).map(({ duty }) => duty);
  return { status, report, are };
};

async function simulate(scenario: string | null): Promise<void> {
  await fetch(`${world.addresses.broker.origin}/simulate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ scenario }),
  });
}

test('each duty is met, one a line, and the exit code says so', () => {
  const { status, out, told } = broker(['check', 'demo']);
  expect([status, told]).toEqual([0, '']);
  const verdicts = out.split('\n').filter((line) => /^(met|not met|not tried) /.test(line));
  expect(verdicts).toHaveLength(20);
  expect(verdicts.filter((line) => !line.startsWith('met '))).toEqual([]);
  expect(out).toContain('20 met, 0 not met, 0 not tried.');
});

test('a duty that the broker breaks is named, and the exit code is 1', async () => {
  await simulate('accepts-replay');
  const { status, out } = broker(['check', 'demo']);
  await simulate(null);
  expect(status).toBe(1);
  expect(out).toMatch(/^not met {4}replay-refused .*: it answers invalid_grant/m);
});

test('for programs it is JSON, whatever the verdict', async () => {
  await simulate('no-identity-code');
  const { status, report, are } = check();
  await simulate(null);
  expect([status, report.notMet, are('not met')]).toEqual([1, 1, ['identity-code']]);
});

test('where a person must identify, the check is begun and ended by two commands, once', async () => {
  const begun = check(byHand.env);
  expect([begun.status, begun.report.notMet]).toEqual([0, 0]);
  const reason = begun.report.duties.find(({ duty }) => duty === 'return')?.reason ?? '';
  const landed = await walkBroker(reason.slice(reason.indexOf('http')));
  const ended = check(byHand.env, '--answer', landed.href);
  expect([ended.status, ended.are('not met'), ended.are('not tried')]).toEqual([0, [], []]);
  const again = broker(['check', 'demo', '--answer', landed.href], byHand.env);
  expect(again).toMatchObject({ status: 1, out: '', told: expect.stringContaining('No identification was begun') });
});

test('an answer of another exchange is not taken', async () => {
  check(byHand.env);
  const { status, are } = check(
    byHand.env,
    '--answer',
    `${world.issuer}/upstream/demotunnistus/callback?code=x&state=y`,
  );
  expect([status, are('not met')]).toEqual([1, ['return']]);
});

const published = async (what: string) => (await fetch(`${world.issuer}/upstream/demotunnistus/${what}`)).text();

test('a rotation of the signing key, from the first step to the last, while Avain runs', async () => {
  const kids = async () => (JSON.parse(await published('jwks')) as JSONWebKeySet).keys.map(({ kid }) => kid);
  const before = await kids();
  expect(broker(['keys', 'rotate', 'demo', 'sig']).status).toBe(0);
  await sleep(2_500);
  // Published, and not used: a broker that has read nothing new still takes our requests.
  expect((await kids()).length).toBe(before.length + 1);
  expect(check().are('not met')).toEqual([]);
  // A day goes by, and the broker has read the new set.
  await world.restartBroker();
  expect(broker(['keys', 'rotate', 'demo', 'sig', '--force']).status).toBe(0);
  await sleep(2_500);
  expect(check().are('not met')).toEqual([]);
  expect(broker(['keys', 'rotate', 'demo', 'sig', '--force']).status).toBe(0);
  await sleep(2_500);
  expect(await kids()).not.toContain(before[0]);
  expect(check().are('not met')).toEqual([]);
});

test('our signed keys are served as the entity statement of the command promises', async () => {
  const statement = broker(['entity-statement', 'demo']).out;
  expect(await published('entity-statement')).toBe(statement);
  const { jwks, metadata } = decodeJwt<{ jwks: JSONWebKeySet; metadata: { openid_relying_party: object } }>(statement);
  const uri = Reflect.get(metadata.openid_relying_party, 'signed_jwks_uri');
  const response = await fetch(String(uri));
  expect(response.headers.get('content-type')).toContain('application/jwk-set+jwt');
  const entity = `${world.issuer}/upstream/demotunnistus`;
  const { payload } = await jwtVerify(await response.text(), createLocalJWKSet(jwks), {
    issuer: entity,
    subject: entity,
  });
  expect(payload['keys']).toEqual((JSON.parse(await published('jwks')) as JSONWebKeySet).keys);
  expect((await fetch(`${world.issuer}/upstream/nobody/signed-jwks`)).status).toBe(404);
});
