/** The rotation of keys with several processes: some serve, one is given the commands, and all of them are killed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeKeys } from '../../keys/installation.ts';
import { createProcess, expectEverybodyWhole, rotateAll, type Told } from '../../keys/rotation-story.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { openStores } from '../../support/open-stores.ts';
import { type StoreServer, startMongo, startRedis } from '../../support/store-servers.ts';

describeWithStores('keys on MongoDB and Redis', () => {
  let servers: StoreServer[] = [];
  beforeAll(async () => {
    servers = await Promise.all([startMongo(), startRedis()]);
  });
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  test('rotate while two processes serve and a third is killed in every command', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'avain-rotation-'));
    await writeKeys(folder);
    const [mongo, redis] = servers;
    const addresses = { mongoUrl: mongo?.url ?? '', redisUrls: [redis?.url ?? ''] };
    const place = { folder, store: { addresses }, people: 80, restMs: 10 };
    const told: Told = { linked: new Map(), wrong: [], kills: 0 };
    const serving = [createProcess(place, told), createProcess(place, told)];
    const rotator = createProcess({ ...place, restMs: null }, told);
    const all = [...serving, rotator];
    for (const one of all) await one.start();
    try {
      await rotateAll(folder, rotator, told, serving);
    } finally {
      await Promise.all(all.map((one) => one.kill()));
    }
    expect(told.kills).toBeGreaterThan(8);
    const storage = await openStores(addresses);
    await expectEverybodyWhole(place, storage, told);
    await storage.close();
    rmSync(folder, { recursive: true });
  }, 400_000);
});
