/** ops/systemd: the unit starts what this version is, holds it as tightly as it says, and stops it no sooner than it drains. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { page, root } from '../docs/pages.ts';

const unit = page('ops/systemd/avain.service');
const credentials = page('ops/systemd/credentials.conf');
const folder = mkdtempSync(join(tmpdir(), 'avain-unit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All values of a key, in their order. */
const valuesOf = (text: string, key: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);
const only = (key: string): string => {
  const [value, ...more] = valuesOf(unit, key);
  if (value === undefined || more.length > 0) throw new Error(`not one ${key}`);
  return value;
};

test('it starts what `npm run serve` starts, by files that there are', () => {
  const { scripts } = JSON.parse(page('package.json')) as { scripts: { serve: string } };
  const [program, ...words] = only('ExecStart').split(' ');
  expect(program).toBe('/opt/avain/node_modules/.bin/node');
  expect(words.join(' ')).toBe(scripts.serve.replace('exec node ', ''));
});

test.each([
  ['NoNewPrivileges', 'yes'],
  ['ProtectSystem', 'strict'],
  ['ProtectHome', 'yes'],
  ['PrivateTmp', 'yes'],
  ['PrivateDevices', 'yes'],
  ['CapabilityBoundingSet', ''],
  ['RestrictNamespaces', 'yes'],
  ['RestrictAddressFamilies', 'AF_INET AF_INET6 AF_UNIX'],
  ['StateDirectory', 'avain'],
  ['StateDirectoryMode', '0700'],
  ['Restart', 'on-failure'],
  ['LimitCORE', '0'],
  ['User', 'avain'],
])('%s=%s', (key, value) => {
  expect(only(key)).toBe(value);
});

test('of the calls that need privileges it may only change the owner of a file', () => {
  expect(valuesOf(unit, 'SystemCallFilter')).toEqual(['@system-service', '~@privileged', '@chown']);
});

test('what V8 and Avain cannot do without is left to them', () => {
  expect(valuesOf(unit, 'MemoryDenyWriteExecute')).toEqual([]);
  expect(valuesOf(unit, 'ProcSubset')).toEqual([]);
  expect(page('src/storage/sqlite/open.ts')).toContain('/proc/sys/kernel/random/boot_id');
});

test('it is killed no sooner than it has drained', () => {
  const drainMs = /const drainMs = ([\d_]+);/.exec(page('src/http/server.ts'))?.[1]?.replaceAll('_', '');
  const meantSeconds = /listen\.drainSeconds \((\d+) s/.exec(unit)?.[1];
  expect(Number.parseInt(only('TimeoutStopSec'), 10)).toBeGreaterThan(Number(drainMs) / 1_000 + Number(meantSeconds));
});

test('every variable is one that Avain reads, and every credential is handed over by its own', () => {
  const read = page('src/config/environment.ts') + page('src/config/load.ts');
  const names = valuesOf(unit + credentials, 'Environment').map((line) => line.split('=', 1)[0] ?? '');
  expect(names.filter((name) => name !== 'NODE_ENV' && !read.includes(`'${name}'`))).toEqual([]);
  const loaded = valuesOf(credentials, 'LoadCredential').map((line) => line.split(':', 1)[0]);
  const given = valuesOf(credentials, 'Environment').map((line) => line.split('=%d/')[1]);
  expect(given).toEqual(loaded);
});

/** Where systemd itself is at hand, it says what it thinks. */
const analyze = spawnSync('systemd-analyze', ['--version']).error === undefined;
const describeHere = (name: string, body: () => void): void => (analyze ? describe(name, body) : undefined);

describeHere('as systemd reads it', () => {
  const path = join(folder, 'avain.service');
  const here = () => writeFileSync(path, unit.replaceAll('/opt/avain', root));

  test('it has no fault', () => {
    here();
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
    // Of its own file only: what else is installed on this machine is not ours.
    expect(stderr.split('\n').filter((line) => line.includes('avain.service'))).toEqual([]);
    expect(status).toBe(0);
  });

  test('little is left open', () => {
    here();
    const said = execFileSync('systemd-analyze', ['security', '--offline=true', path], { encoding: 'utf8' });
    const exposure = /Overall exposure level for avain\.service: ([\d.]+)/.exec(said)?.[1];
    expect(Number(exposure)).toBeLessThan(2);
  });
});
