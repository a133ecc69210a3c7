/** What an operator asks of a running Avain: is all well (`check`), and does what runs agree with the files (`plan`, `apply`). */
import { spawnSync } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type OwnConfig, ownConfig } from '../support/own-config.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { runAvain } from './avain.ts';

let config: OwnConfig;
let world: World;

beforeAll(async () => {
  config = await ownConfig();
  world = await startWorld({ env: config.env });
}, 120_000);
afterAll(async () => {
  await world?.stop();
  await config?.remove();
});

const command = (args: readonly string[], env: NodeJS.ProcessEnv = {}, shiftMs = 0) =>
  runAvain(args, { ...world.env, ...env }, shiftMs);

type Told = { sound: boolean; findings: { organ: string; verdict: string; found: string; remedy: string | null }[] };

function examined(
  env: NodeJS.ProcessEnv = {},
  shiftMs = 0,
): { status: number | null; told: Told; of: (organ: string) => string[] } {
  const { status, out } = command(['check', '--json'], env, shiftMs);
  const told: Told = JSON.parse(out);
  const of = (organ: string) =>
    told.findings.filter((one) => one.organ === organ).map(({ verdict, found }) => `${verdict}: ${found}`);
  return { status, told, of };
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const path = join(config.dir, file);
  await writeFile(path, change(await readFile(path, 'utf8')));
}

test('where all is well, everything that was asked says so', () => {
  const { status, told } = examined();
  expect([status, told.sound]).toEqual([0, true]);
  expect(told.findings.filter(({ verdict }) => verdict !== 'good')).toEqual([]);
  const organs = told.findings.map(({ organ }) => organ);
  expect(organs).toEqual(
    expect.arrayContaining([
      'configuration',
      'secrets',
      'disk',
      'mail',
      'broker demotunnistus',
      'public address',
      'clock',
    ]),
  );
});

test('what is broken is told beside what is not, each with a way to mend it', async () => {
  await world.stopBroker();
  await chmod(join(world.dataDir, 'secrets/master-key'), 0o644);
  try {
    const { status, told, of } = examined({ AVAIN_SMTP_HOST: 'nowhere.invalid' });
    expect([status, told.sound]).toEqual([1, false]);
    expect(of('mail')).toEqual([expect.stringMatching(/^bad: nowhere\.invalid:\d+ takes no mail \(E\w+\)$/)]);
    expect(of('broker demotunnistus')).toEqual([expect.stringMatching(/^bad: .*: no connection to the broker/)]);
    expect(of('secrets')).toEqual([expect.stringMatching(/^doubtful: others can read .*\/master-key$/)]);
    expect(of('public address')).toEqual([`good: ${world.issuer} answers, and names itself so`]);
    const wrong = told.findings.filter(({ verdict }) => verdict !== 'good');
    expect(wrong.every(({ remedy }) => remedy !== null && remedy !== '')).toBe(true);
    expect(command(['check', '--offline']).status).toBe(0);
  } finally {
    await chmod(join(world.dataDir, 'secrets/master-key'), 0o600);
    await world.restartBroker();
  }
});

test.each([
  [20_000, 'doubtful', 'ahead of'],
  [-3_600_000, 'bad', 'behind'],
])('a clock that is off by %d ms is %s', (shiftMs, verdict, side) => {
  expect(examined({}, shiftMs).of('clock')).toEqual([expect.stringMatching(`^${verdict}: .*${side}`)]);
});

test('a fault of the configuration is told with its place, and nobody is asked anything', async () => {
  await edit('avain.yaml', (text) => text.replace('log:', 'loog:'));
  const { status, told } = examined();
  await edit('avain.yaml', (text) => text.replace('loog:', 'log:'));
  expect(status).toBe(1);
  expect(told.findings).toEqual([
    expect.objectContaining({ verdict: 'bad', found: expect.stringMatching(/avain\.yaml:\d+: loog: found /) }),
  ]);
});

test('plan tells what differs and how it comes into force, apply does it, and both may be said again', async () => {
  expect(command(['plan'])).toMatchObject({ status: 0, out: expect.stringMatching(/^Nothing to do: /) });
  await edit('clients/kuitti.yaml', (text) => text.replace("accent: '#0f6b3a'", "accent: '#0f5a3a'"));
  await edit('avain.yaml', (text) => text.replace(/^(operator:\n {2}name: ).*/m, '$1Another'));
  const planned = command(['plan', '--json']);
  const lines = planned.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(planned.status).toBe(2);
  expect(lines).toEqual([
    { key: 'avain.yaml operator.name', runs: expect.any(String), files: '"Another"', takes: 'restart' },
    { key: 'client kuitti.brand.accent', runs: '"#0f6b3a"', files: '"#0f5a3a"', takes: 'apply' },
    { since: expect.any(Number), apply: 1, restart: 1 },
  ]);

  const applied = command(['apply']);
  expect([applied.status, applied.out]).toEqual([2, expect.stringContaining('1 in force after a restart')]);
  expect(command(['client', 'show', 'kuitti', '--json']).out).toContain('#0f5a3a');
  expect(command(['apply', '--json']).out).not.toContain('kuitti');
  await world.restartAvain();
  expect(command(['apply'])).toMatchObject({ status: 0, out: expect.stringMatching(/^Everything is in force: /) });
});

test('files with a fault are applied not at all', async () => {
  await edit('clients/oima.yaml', (text) => `${text}\nnonsense: 1\n`);
  await edit('clients/kuitti.yaml', (text) => text.replace("accent: '#0f5a3a'", "accent: '#0f4a3a'"));
  expect(command(['apply'])).toMatchObject({ status: 1, told: expect.stringMatching(/oima\.yaml:\d+: nonsense: /) });
  await edit('clients/oima.yaml', (text) => text.replace('nonsense: 1\n', ''));
  expect(command(['client', 'show', 'kuitti', '--json']).out).toContain('#0f5a3a');
});

test('bash completes commands and options, as deep as they go', async () => {
  const script = join(world.dataDir, 'completion.bash');
  await writeFile(script, command(['completion', 'bash']).out);
  const complete = (...words: string[]) => {
    const typed = words.map((word) => `'${word}'`).join(' ');
    const line = `source ${script}; COMP_WORDS=(avain ${typed}); COMP_CWORD=${words.length}; _avain; echo "\${COMPREPLY[*]}"`;
    return spawnSync('bash', ['-c', line], { encoding: 'utf8' }).stdout.trim();
  };
  expect(complete('ch')).toBe('check');
  expect(complete('client', '')).toMatch(/^check list show .*--help$/);
  expect(complete('client', 'show', 'oima', '--j')).toBe('--json');
});
