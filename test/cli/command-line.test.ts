/** What every command of `avain` does alike, whatever it is for. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runAvain } from './avain.ts';

const root = join(import.meta.dirname, '../..');

test('who reads only the beginning ends the command, without a stack', async () => {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const command = ['bin/avain.mjs', 'policy', 'simulate', '--accounts', '10'];
  const child = spawn(process.execPath, command, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    told += part;
  });
  const [status] = await once(child, 'close');
  expect([status, told]).toEqual([141, '']);
});

test('the help says which options must be there', () => {
  const { out } = runAvain(['relink', 'ask', '--help']);
  expect(out).toMatch(/--by <name> +who asks \(required\)/);
});

test.each([
  [['nothing'], "unknown command 'nothing'"],
  [['relink', 'ask', 'aino@oma.example'], "required option '--by <name>' not specified"],
  [['keys', 'add'], "missing required argument 'kind'"],
])('%j is answered with what is wrong and where to read on', (args, wrong) => {
  const { status, out, told } = runAvain(args);
  expect([status, out]).toEqual([1, '']);
  expect(told).toBe(`error: ${wrong}\nWhat is expected: the same with --help\n`);
});

test('before the first start, what is missing is told with what makes it', () => {
  const { status, told } = runAvain(['keys', 'list'], { AVAIN_DATA_DIR: join(root, 'data/never-started') });
  expect(status).toBe(1);
  expect(told).toMatch(/secrets\.masterKeyFile: found no readable file .*\(the first `npm start` makes it\)/);
});
