import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { demoConfig } from '../../../src/demo/demo-config.ts';
import type { Stage } from '../../../src/demo/world/programs.ts';
import { accepts } from '../../../src/demo/world/ready.ts';
import { createRunningPrograms } from '../../../src/demo/world/running.ts';

const file = 'test/demo/support/small-program.mjs';

describe('the supervisor', () => {
  let folder: string;
  const logged = () => readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
  const stage = (name: string, port: number): Stage => [
    {
      program: { name, file, args: [name, String(port), join(folder, 'log')], addresses: [] },
      isReady: () => accepts(port),
    },
  ];
  const create = () => createRunningPrograms(demoConfig({ ...process.env, AVAIN_DATA_DIR: folder, NODE_ENV: 'test' }));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'avain-running-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('starts each stage when the one before is ready, and stops them in the opposite order', async () => {
    const running = create();
    await running.start(stage('first', 7240));
    await running.start(stage('second', 7241));
    await Promise.all([running.stop(), running.stop()]);
    expect(logged()).toEqual(['start first', 'start second', 'stop second', 'stop first']);
    await expect(running.start(stage('late', 7242))).rejects.toThrow('stopping');
  });

  test('names a program that ends before it is ready', async () => {
    const running = create();
    await expect(running.start(stage('broken', 7243))).rejects.toThrow(
      'broken ended with status 3 before it was ready',
    );
    await running.stop();
  });

  test('names a program that ends later', async () => {
    const running = create();
    await running.start(stage('short-lived', 7244));
    running.kill();
    await expect(running.failure).resolves.toBe('short-lived was ended by SIGKILL');
    await running.stop();
  });
});
