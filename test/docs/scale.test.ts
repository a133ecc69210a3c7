/** What scale.md shows is accepted, enough, and what the code does. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Secret } from '../../src/config/secret.ts';
import type { ClientId } from '../../src/ids.ts';
import { developmentScratch, productionScratch } from '../config/scratch.ts';
import { artifactsContract } from '../storage/contract/artifacts.ts';
import { expiringRowsContract } from '../storage/contract/expiring-rows.ts';
import { limitsContract } from '../storage/contract/limits.ts';
import type { OpenStorage } from '../storage/contract.ts';
import { composedStorage, redisOptions } from '../storage/mongo-redis/redis-support.ts';
import { describeWithStores } from '../support/describe-with-stores.ts';
import { testClock } from '../support/storage.ts';
import { type StoreServer, startRedis } from '../support/store-servers.ts';
import { block, coded, page, root, table } from './pages.ts';

const scale = 'docs/scale.md';

describe('the configuration of several nodes', () => {
  test('as it is shown starts in production', async () => {
    const scratch = await productionScratch();
    const shown = block(scale, 'yaml storage').replaceAll('/etc/avain', join(scratch.root, 'keys'));
    for (const name of ['mongo-password', 'redis-password']) await scratch.write(`keys/${name}`, name, 0o600);
    await scratch.spoil('config/avain.yaml', /$/, shown);
    expect(await scratch.load()).toMatchObject({
      profile: 'production',
      storage: { kind: 'mongo-redis', mongo: { user: 'avain', caFile: join(scratch.root, 'keys/private-ca.pem') } },
      secrets: { mongoPassword: new Secret('mongo-password') },
    });
    await scratch.remove();
  });

  test('may describe both storages at once, as moving house needs it', async () => {
    const scratch = await developmentScratch();
    const shown = block(scale, 'yaml storage').replace('mongo-redis', 'sqlite').replaceAll('/etc/avain', scratch.root);
    for (const name of ['mongo-password', 'redis-password']) await scratch.write(name, name, 0o600);
    await scratch.spoil('config/avain.yaml', /^storage:\n(?: .*\n)+/m, shown);
    const { storage } = await scratch.load();
    expect([storage.kind, storage.mongo?.user, storage.redis?.user]).toEqual(['sqlite', 'avain', 'avain']);
    await scratch.remove();
  });
});

describe('MongoDB', () => {
  const migrations = page('src/storage/mongo-redis/migrate.ts');
  // A later migration may add an index to what an earlier one made.
  const made = [...new Set([...migrations.matchAll(/^ {4}(\w+): \[/gm)].map(([, name = '']) => name))];
  const rows = table(scale, 'collection');

  test('has the collections that are listed, and no other', () => {
    expect(made.length).toBeGreaterThan(10);
    const told = rows.flatMap(([names = '']) => coded(names));
    expect([...told].sort()).toEqual([...made, 'schema'].sort());
  });

  test('is sharded as the table says, by what is unique', () => {
    const told = rows.filter(([, , how]) => how === 'by `_id`, hashed').flatMap(([names = '']) => coded(names));
    const commands = [
      ...block(scale, 'js shard').matchAll(/^sh\.shardCollection\('avain\.(\w+)', \{ _id: 'hashed' \}\);$/gm),
    ];
    expect(commands.map(([, name]) => name)).toEqual(told);
    // A unique index on anything else could not be kept by several shards.
    const unique = [...migrations.matchAll(/^ {4}(\w+): \[.*unique: true/gm)].map(([, name]) => name);
    expect(unique).toEqual(['signing_keys']);
    expect(told).not.toContain('signing_keys');
  });
});

test('the time limits are those of the code', () => {
  for (const [, ms = '', place = ''] of table(scale, 'limit')) {
    const [name = '', file = ''] = coded(place);
    const set = new RegExp(`${name} = ([\\d_]+);`).exec(page(file))?.[1]?.replaceAll('_', '');
    expect([name, ms.replace(',', '')]).toEqual([name, set]);
  }
});

test('the commands exist', () => {
  const [script = ''] = block(scale, 'sh try').split(' ');
  expect(statSync(join(root, script)).mode & 0o111).toBe(0o111);
  const [, program = '', client = ''] = /(\S+\.ts) (\S+)$/.exec(block(scale, 'sh portal').trim()) ?? [];
  expect(statSync(join(root, program)).isFile()).toBe(true);
  expect(statSync(join(root, `compose/avain/clients/${client}.yaml`)).isFile()).toBe(true);
  const help = execFileSync(process.execPath, ['bin/avain.mjs', 'storage', 'copy', '--help'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const [, flag = '', kind = ''] of block(scale, 'sh copy').matchAll(/(--\w+) (\S+)/g)) {
    expect(help).toMatch(new RegExp(`${flag} <kind>[^-]*"${kind}"|${flag} <kind>.*choices.*"${kind}"`, 's'));
  }
});

describeWithStores('Redis as scale.md sets it up', () => {
  let server: StoreServer;
  const admin = (...words: string[]) =>
    execFileSync('redis-cli', ['-p', String(server.port), ...words], { encoding: 'utf8' }).trim();
  beforeAll(async () => {
    server = await startRedis();
    expect(admin(...block(scale, 'redis acl').trim().split(' '))).toBe('OK');
  });
  afterAll(() => server.stop());

  const options = () => {
    admin('flushall');
    const password = new Secret('the-password');
    return { ...redisOptions({ url: server.url }), user: 'avain', password, clock: testClock() };
  };
  const open: OpenStorage = async () => {
    const own = options();
    const { storage } = await composedStorage(own);
    return { storage, clock: own.clock, close: () => storage.close() };
  };
  describe('gives Avain rights enough for every promise:', () => {
    expiringRowsContract(open);
    limitsContract(open);
    artifactsContract(open);
  });

  test('and the keys of the table, no other; moving house has its rights too', async () => {
    const told = table(scale, 'key').flatMap(([names = '']) => coded(names).map((name) => name.split(':')[1]));
    const { storage, redis } = await composedStorage(options());
    expect(await redis.moving.isEmpty()).toBe(true);
    const index = { grantId: 'g', uid: 'u', userCode: 'k', accountId: 'o' };
    await storage.artifacts.upsert('Session', 'id', '{}', index, null);
    await storage.origins.put('key', { clientId: 'oima' as ClientId, locale: 'fi' }, Date.now() * 2);
    await storage.limits.hit('key', 60_000);
    const kinds = new Set(
      admin('keys', '*')
        .split('\n')
        .map((key) => key.split(':')[1]),
    );
    expect(await redis.moving.isEmpty()).toBe(false);
    await storage.close();
    expect([...kinds].sort()).toEqual([...told].sort());
  });
});
