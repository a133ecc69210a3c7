/** What lies in Redis, and for how long: nothing for ever that has an end, and nothing gone before its end. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openRedis, type RedisStore } from '../../../src/storage/mongo-redis/redis.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { type TestClock, testClock } from '../../support/storage.ts';
import { type StoreServer, startRedis } from '../../support/store-servers.ts';
import { redisOptions } from './redis-support.ts';

const hourMs = 3_600_000;

describeWithStores('keys in Redis', () => {
  let server: StoreServer;
  let clock: TestClock;
  let store: RedisStore;
  const command = (...words: string[]) =>
    execFileSync('redis-cli', ['-p', String(server.port), ...words], { encoding: 'utf8' }).trim();
  /** Hours until Redis removes it by itself, rounded; -1 = never, -2 = no such key. */
  const hoursLeft = (key: string) => {
    const ms = Number(command('pttl', `avain:${key}`));
    return ms < 0 ? ms : Math.round(ms / hourMs);
  };

  beforeAll(async () => {
    server = await startRedis();
    clock = testClock();
    store = await openRedis({ ...redisOptions({ url: server.url }), clock });
  });
  beforeEach(() => void command('flushall'));
  afterAll(async () => {
    await store.close();
    await server.stop();
  });

  const upsert = (id: string, hours: number | null) =>
    store.artifacts.upsert(
      'Session',
      id,
      '{}',
      { uid: id, userCode: id, accountId: 'anna', grantId: 'grant' },
      hours === null ? null : clock.now() + hours * hourMs,
    );

  test('each goes an hour after its end, a counter at once: it may name a network', async () => {
    await upsert('id', 5);
    await store.rows('link').put('put', 1, clock.now() + 5 * hourMs);
    await store.rows('link').insert('insert', 1, clock.now() + 5 * hourMs);
    await store.limits.hit('limit', 5 * hourMs);
    await store.limits.hit('limit', 50 * hourMs);
    const keys = command('keys', '*').split('\n');
    expect(keys).toHaveLength(8);
    for (const key of keys) {
      const expected = key.startsWith('avain:l:') ? 5 : 6;
      expect([key, hoursLeft(key.replace('avain:', ''))]).toEqual([key, expected]);
    }
  });

  test('consuming and changing keep it, an extension and a new upsert move it', async () => {
    await upsert('id', 5);
    await store.artifacts.consume('Session', 'id');
    expect(hoursLeft('a:Session:id')).toBe(6);
    await upsert('id', 10);
    expect(hoursLeft('a:Session:id')).toBe(11);
    await store.rows('link').put('key', 1, clock.now() + 5 * hourMs);
    await store.rows('link').update('key', () => ({ value: 2 }));
    expect(hoursLeft('r:link:key')).toBe(6);
    await store.rows('link').update('key', () => ({ value: 3, expiresAt: clock.now() + 10 * hourMs }));
    expect(hoursLeft('r:link:key')).toBe(11);
  });

  test('what has no end has none, and neither has what leads to it', async () => {
    await upsert('long', null);
    await upsert('short', 5);
    const keys = ['a:Session:long', 'u:Session:long', 'k:Session:long', 'o:anna', 'g:grant', 'a:Session:short'];
    expect(keys.map(hoursLeft)).toEqual([-1, -1, -1, -1, -1, 6]);
  });

  test('a list of rows stays as long as the longest of them, whatever came last', async () => {
    await upsert('long', 50);
    await upsert('short', 5);
    // The same row with a nearer end: the list may lead to what is gone, never the other way round.
    await upsert('long', 40);
    expect(['o:anna', 'g:grant'].map(hoursLeft)).toEqual([51, 51]);
    expect(Number(command('zscore', 'avain:o:anna', 'Session:long'))).toBe(clock.now() + 50 * hourMs);
  });

  test('a list forgets what is dead for an hour, so that it does not grow for ever', async () => {
    for (let index = 0; index < 20; index += 1) await upsert(`old ${index}`, 1);
    clock.advance(2 * hourMs);
    await upsert('new', 1);
    expect(command('zcard', 'avain:o:anna')).toBe('1');
  });

  test('looking for what is not there leaves nothing behind', async () => {
    await store.artifacts.consume('Session', 'absent');
    await store.artifacts.destroy('Session', 'absent');
    await store.artifacts.findByUid('Session', 'absent');
    await store.artifacts.revokeByGrant('Session', 'absent');
    await store.rows('link').takeOnce('absent');
    await store.rows('link').update('absent', () => ({ value: 1 }));
    await store.limits.peek('absent');
    await store.limits.forget('absent');
    expect(command('dbsize')).toBe('0');
  });

  test('ids with any sign in them are kept apart and found again', async () => {
    const odd = 'a b\n{c}:| ä%20';
    const end = clock.now() + hourMs;
    await store.artifacts.upsert('Session', odd, 'one\ntwo ', { uid: odd, accountId: odd, grantId: odd }, end);
    expect((await store.artifacts.findByUid('Session', odd))?.payload).toBe('one\ntwo ');
    await store.artifacts.revokeByGrant('Session', 'a');
    expect(await store.artifacts.find('Session', odd)).not.toBeNull();
    await store.artifacts.revokeByGrant('Session', odd);
    expect(await store.artifacts.find('Session', odd)).toBeNull();
  });

  test('a script that Redis has forgotten is sent again', async () => {
    await store.limits.hit('key', hourMs);
    command('script', 'flush');
    expect((await store.limits.hit('key', hourMs)).count).toBe(2);
  });
});
