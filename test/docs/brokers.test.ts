/** brokers.md held to the truth: its settings are accepted by production, its commands run, its tables are the code's. */
import { spawnSync } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { duties } from '../../src/upstream/check/duty.ts';
import { leastMs } from '../../src/upstream/ftn/rotation.ts';
import { productionScratch, type Scratch } from '../config/scratch.ts';
import { block, coded, page, root, table } from './pages.ts';

const brokers = 'docs/brokers.md';
const names = ['telia', 'op', 'idura', 'signicat'];
let scratch: Scratch;

beforeAll(async () => {
  scratch = await productionScratch();
  await cp(join(root, 'config/brokers'), join(scratch.root, 'config/brokers'), { recursive: true });
  const entries = names.map((name) => block(brokers, `yaml ${name}`).replace('brokers:\n', '')).join('');
  await scratch.spoil('config/avain.yaml', /^brokers:\n(?: .*\n)+/m, `brokers:\n${entries}`);
  await scratch.write('config/brokers/op-entity-statement.jwt', await statementOf('https://isb.op.fi'));
  await rm(join(scratch.root, 'data/secrets/broker-telia.jwks.json'));
});
afterAll(() => scratch.remove());

/** As OP would hand it over. */
async function statementOf(issuer: string): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  const provider = {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    signed_jwks_uri: `${issuer}/jwks/broker-signed`,
  };
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'entity', use: 'sig' }];
  return new SignJWT({ jwks: { keys }, metadata: { openid_provider: provider } })
    .setProtectedHeader({ alg: 'RS256', typ: 'entity-statement+jwt', kid: 'entity' })
    .setIssuer(issuer)
    .setSubject(issuer)
    .setIssuedAt()
    .setExpirationTime('10y')
    .sign(privateKey);
}

/** The lines of a block, as a shell runs them in Avain's folder. */
function run(name: string) {
  const indented = new RegExp(`^( *)\`\`\`sh ${name}\\n([\\s\\S]*?)^ *\`\`\`$`, 'm').exec(page(brokers));
  const commands = (indented?.[2] ?? 'exit 99').replaceAll('avain-entity-statement.jwt', join(scratch.root, 'out.jwt'));
  const { NODE_OPTIONS: _options, ...own } = process.env;
  const done = spawnSync('sh', ['-ec', commands], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...own,
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      AVAIN_CONFIG: join(scratch.root, 'config/avain.yaml'),
    },
  });
  return { status: done.status, out: done.stdout, told: done.stderr.replaceAll(/^npm warn.*\n/gm, '') };
}

test('the keys of every broker are made and handed over by the commands shown, and production then starts', async () => {
  for (const name of ['keys', 'hand over', 'op', 'idura', 'signicat']) {
    expect([name, run(name)]).toEqual([name, expect.objectContaining({ status: 0, told: '' })]);
  }
  const config = await scratch.load();
  expect(Object.keys(config.brokers).sort()).toEqual([...names].sort());
});

test('a rotation goes as shown, its second step not before its time, and an incident needs no waiting', () => {
  expect(run('rotation')).toMatchObject({ status: 0, told: '' });
  expect(run('rotation')).toMatchObject({ status: 1, told: expect.stringContaining('Too early') });
  expect(run('rotation of others')).toMatchObject({ status: 0, told: '' });
  expect(run('incident')).toMatchObject({ status: 0, told: '' });
});

test('an answer without a beginning is refused in words', () => {
  expect(run('answer')).toMatchObject({ status: 1, told: expect.stringContaining('No identification was begun') });
});

test('no command is shown that this test, or that of the command, does not run', () => {
  const shown = [...page(brokers).matchAll(/```sh ([\w ]+)\n/g)].map((match) => match[1]);
  const ran = ['keys', 'hand over', 'op', 'idura', 'signicat', 'rotation', 'rotation of others', 'incident', 'answer'];
  // test/cli/broker-check.test.ts runs it: here it would ask the real Telia.
  expect([...shown].sort()).toEqual([...ran, 'check'].sort());
});

test('the waits of the keys are those of the code', () => {
  const hours = (text: string) => {
    const [, count, unit] = /^(\d+) (hour|day)s?,/.exec(text) ?? [];
    return Number(count) * (unit === 'day' ? 24 : 1);
  };
  const told = table(brokers, 'key', '## Keys').map(([key = '', , pending = '', retiring = '']) => [
    coded(key)[0],
    { pending: hours(pending) * 3_600_000, retiring: hours(retiring) * 3_600_000 },
  ]);
  expect(Object.fromEntries(told)).toEqual(leastMs);
});

test('the duties are those that are tried, in their order', () => {
  expect(table(brokers, 'duty').map(([duty = '']) => coded(duty)[0])).toEqual(Object.keys(duties));
});
