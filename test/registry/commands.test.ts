/** `avain client check` and `avain client new`, which need no Avain that runs and no store. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runAvain } from '../cli/avain.ts';
import { onTerminal, testOnTerminal } from '../cli/terminal.ts';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';

let config: OwnConfig;
let dataDir: string;
beforeEach(async () => {
  config = await ownConfig();
  dataDir = await mkdtemp(join(tmpdir(), 'avain-never-started-'));
});
afterEach(async () => {
  await config.remove();
  await rm(dataDir, { recursive: true, force: true });
});

const client = (...args: string[]) => runAvain(['client', ...args], { ...config.env, AVAIN_DATA_DIR: dataDir });
const write = (id: string, text: string) => writeFile(join(config.dir, `clients/${id}.yaml`), text);

test('every fault of every file is told at once, each with file, line, key and fix', async () => {
  await write(
    'first',
    'name: First\nparty: first\ntype: public\nredirect_uris: []\nredirectUris: [http://a.example/]\n',
  );
  await write('second', 'name: Second\nparty: first\ntype: public\nauthMethod: private_key_jwt\n');
  const { status, out } = client('check', '--json');
  const told = JSON.parse(out);
  expect([status, told.ok]).toEqual([1, false]);
  const places = told.faults.map(({ file, line, key, fix }: Record<string, string>) => [
    file?.split('/').at(-1),
    line,
    key,
    fix,
  ]);
  expect(places).toEqual(
    expect.arrayContaining([
      ['first.yaml', 4, 'redirect_uris', 'write redirectUris instead of redirect_uris'],
      ['first.yaml', 5, 'redirectUris.0', 'write https: instead of http:, which is for localhost alone'],
      ['second.yaml', 4, 'authMethod', 'remove authMethod'],
    ]),
  );
  expect(client('check', 'oima')).toMatchObject({ status: 0, out: 'Sound: oima.\n' });
  expect(client('check', 'second').told).toMatch(/second\.yaml:4: authMethod: found "private_key_jwt".*; fix: remove/);
  expect(client('check', 'third').told).toMatch(/^There is no client third: /);
});

test('what only the provider library refuses is told in the same way', async () => {
  const uris = `redirectUris: ['https://a.example/', 'https://b.example/']`;
  await write('two-hosts', `name: Two\nparty: third\ntype: public\n${uris}\nstartUrl: https://a.example/\n`);
  const { status, out } = client('check', '--json');
  expect(status).toBe(1);
  expect(JSON.parse(out).faults).toEqual([
    expect.objectContaining({ line: 4, key: 'redirectUris', expected: expect.stringContaining('one host') }),
  ]);
});

test('a client of each preset passes the check, and no file is written over', async () => {
  const web = ['--redirect-uri', 'https://new.example/callback'];
  const more = {
    web,
    spa: web,
    mobile: ['--redirect-uri', 'com.example.app:/callback', '--start-url', 'https://new.example/'],
    machine: [],
    device: ['--start-url', 'https://new.example/'],
  };
  const snippets = {
    web: 'openid-client',
    spa: 'oidc-client-ts',
    mobile: 'AppAuth',
    machine: 'client_credentials',
    device: 'device_code',
  };
  for (const [preset, args] of Object.entries(more)) {
    const made = client('new', '--preset', preset, '--id', `new-${preset}`, '--name', 'It\'s: "new" #1', ...args);
    expect([preset, made.status, made.told]).toEqual([preset, 0, '']);
    expect(made.out).toContain(snippets[preset as keyof typeof snippets]);
    expect(made.out).toContain(`new-${preset}`);
  }
  expect(client('check')).toMatchObject({ status: 0, told: '' });
  const before = await readFile(join(config.dir, 'clients/new-spa.yaml'), 'utf8');
  const again = client('new', '--preset', 'spa', '--id', 'new-spa', '--name', 'Other', ...web);
  expect([again.status, again.told]).toEqual([1, expect.stringContaining('is there already and stays as it is')]);
  expect(await readFile(join(config.dir, 'clients/new-spa.yaml'), 'utf8')).toBe(before);
  expect(client('new', '--preset', 'web', '--id', 'x').told).toMatch(/^--name is missing/);
  const wild = client('new', '--preset', 'web', '--id', 'wild', '--name', 'W', '--redirect-uri', 'https://*.example/');
  expect([wild.status, wild.told]).toEqual([1, expect.stringContaining('no pattern is ever matched')]);
}, 60_000);

testOnTerminal(
  'on a terminal what was not given is asked, one question after the other, and a wrong answer writes nothing',
  async () => {
    const env = { ...config.env, AVAIN_DATA_DIR: dataDir };
    const answers = [
      ['single-page', 'spa'],
      ['the client_id', 'palkka'],
      ["the service's name", 'Oma palkka'],
      ['where people come back to', ' https://palkka.example.fi/callback  https://palkka.example.fi/silent '],
    ] as const;
    const { status, shown } = await onTerminal('client new', env, answers);
    expect([status, shown]).toEqual([0, expect.stringContaining('clients/palkka.yaml is written.')]);
    const text = await readFile(join(config.dir, 'clients/palkka.yaml'), 'utf8');
    expect(text).toContain('redirectUris: ["https://palkka.example.fi/callback", "https://palkka.example.fi/silent"]');
    expect(text).toContain('Oma palkka');
    expect(client('check', 'palkka')).toMatchObject({ status: 0 });
    // What was given is not asked.
    const given = await onTerminal('client new --preset machine --name Yö', env, [['the client_id', 'yo-ajo']]);
    expect([given.status, given.shown.includes("the service's name")]).toEqual([0, false]);
    const wrong = await onTerminal('client new', env, [['single-page', 'blockchain']]);
    expect([wrong.status, wrong.shown]).toEqual([1, expect.stringContaining('--preset: one of web, spa')]);
    const bad = await onTerminal('client new --preset spa', env, [['the client_id', '../oops']]);
    expect([bad.status, bad.shown.includes("the service's name")]).toEqual([1, false]);
  },
);
