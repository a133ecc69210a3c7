/** `avain migrate` as an operator meets it: nothing yet, up to date, and what a newer Avain has left. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runAvain } from './avain.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'avain-migrate-'));
const env = { AVAIN_DATA_DIR: dataDir };
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

// The development profile makes its secrets at a start, which gets no further than to servers that are away.
beforeAll(() => {
  const nowhere = { AVAIN_MONGO_URL: 'mongodb://127.0.0.1:1/', AVAIN_REDIS_URL: 'redis://127.0.0.1:2' };
  expect(runAvain(['serve'], { ...env, AVAIN_STORAGE: 'mongo-redis', ...nowhere }).status).toBe(1);
});

const versionOf = (change = '') => {
  const db = new DatabaseSync(join(dataDir, 'avain.db'));
  if (change !== '') db.exec(change);
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  db.close();
  return version;
};

test('what there is to do is told with exit 1, done, and told to be done', () => {
  const before = runAvain(['migrate', '--check'], env);
  expect([before.status, before.out]).toEqual([1, expect.stringMatching(/avain\.db does not exist yet\./)]);
  expect(readdirSync(dataDir)).not.toContain('avain.db');
  expect(runAvain(['migrate'], env)).toMatchObject({ status: 0, out: expect.stringMatching(/which this Avain needs/) });
  const after = JSON.parse(runAvain(['migrate', '--check', '--json'], env).out);
  expect(after).toMatchObject({ migrated: false, schemas: [{ has: versionOf(), needs: versionOf() }, {}] });
});

test('what a newer Avain has written is left as it is, by migrate, by serve and by backup, with the numbers', () => {
  const newer = versionOf() + 1;
  versionOf(`PRAGMA user_version = ${newer}`);
  const words = new RegExp(`${newer}.*${newer - 1}`, 's');
  expect(runAvain(['migrate', '--check'], env)).toMatchObject({ status: 1, out: expect.stringMatching(/knows only/) });
  for (const command of [['migrate'], ['serve'], ['backup', join(dataDir, 'b'), '--recipient', 'age1x']]) {
    const { status, told } = runAvain(command, env);
    expect([status, told]).toEqual([1, expect.stringMatching(words)]);
  }
  expect(versionOf()).toBe(newer);
});
