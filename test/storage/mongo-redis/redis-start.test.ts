/** What an operator is told when Avain starts with a Redis that is away, closed to it, or set up in a way that loses things. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';
import { Secret } from '../../../src/config/secret.ts';
import { openRedis, type RedisOptions } from '../../../src/storage/mongo-redis/redis.ts';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { freePort } from '../../support/free-ports.ts';
import { type StoreServer, startRedis, startRedisCluster } from '../../support/store-servers.ts';
import { type listeningLog, redisOptions } from './redis-support.ts';

const warnings = ({ log }: RedisOptions) => (log as ReturnType<typeof listeningLog>).told.map(({ fields }) => fields);

describeWithStores('the start with Redis', () => {
  const servers: { stop(): Promise<void> }[] = [];
  const started = async (...settings: string[]): Promise<StoreServer> => {
    const server = await startRedis(settings);
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
  });

  test('a server as it should be: no word', async () => {
    const options = redisOptions({ url: (await started()).url });
    await (await openRedis(options)).close();
    expect(warnings(options)).toEqual([]);
  });

  test('evicting and not appending are warned of, each with its fix', async () => {
    const options = redisOptions({
      url: (await started('--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru')).url,
    });
    await (await openRedis(options)).close();
    expect(warnings(options)).toEqual([
      { setting: 'maxmemory-policy', fix: expect.stringContaining('noeviction') },
      { setting: 'appendonly', fix: expect.stringContaining('appendonly yes') },
    ]);
  });

  test('nobody there: said with the address within about 5 s, and one that comes in time is taken', async () => {
    const port = await freePort();
    const start = performance.now();
    await expect(openRedis(redisOptions({ url: `redis://127.0.0.1:${port}` }))).rejects.toThrow(
      `Redis at 127.0.0.1:${port} cannot be used: connect ECONNREFUSED`,
    );
    expect(performance.now() - start).toBeLessThan(6_000);
    const late = await started();
    await late.kill();
    const opening = openRedis(redisOptions({ url: late.url }));
    setTimeout(() => void late.start(), 1_000);
    await (await opening).close();
  });

  test('a password: the right one opens, a wrong one or none is told by its code and never shown', async () => {
    const { url } = await started('--requirepass', 'correct horse');
    const open = (password: string | null) =>
      openRedis({ ...redisOptions({ url }), password: password === null ? null : new Secret(password) });
    await (await open('correct horse')).close();
    await Promise.all([
      expect(open('battery staple')).rejects.toThrow(/cannot be used: WRONGPASS (?!.*staple)/),
      expect(open(null)).rejects.toThrow('cannot be used: NOAUTH'),
    ]);
  });

  test('a user who may not ask for INFO is told so, since no fail-over could be seen', async () => {
    const server = await started();
    const cli = (...words: string[]) => execFileSync('redis-cli', ['-p', String(server.port), ...words]);
    cli('acl', 'setuser', 'avain', 'on', '>secret', '~*', '+@all', '-info');
    // ioredis itself complains on the console, at each of its attempts.
    const complaints = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const options = { ...redisOptions({ url: server.url }), user: 'avain', password: new Secret('secret') };
    await expect(openRedis(options)).rejects.toThrow('INFO');
    complaints.mockRestore();
  });

  test('a replica is refused', async () => {
    const { url, port } = await started();
    await (await openRedis(redisOptions({ url }))).close();
    const replica = await started('--replicaof', '127.0.0.1', String(port));
    await expect(openRedis(redisOptions({ url: replica.url }))).rejects.toThrow('it is a replica');
  });

  test('one server of a cluster is no server, and a server is no cluster', async () => {
    const cluster = await startRedisCluster();
    servers.push(cluster);
    await expect(openRedis(redisOptions({ url: cluster.urls[0] ?? '' }))).rejects.toThrow('clusterNodes');
    const { url } = await started();
    await expect(openRedis(redisOptions({ clusterNodes: [url] }))).rejects.toThrow('cluster support disabled');
  });

  test('TLS with a certificate of a private authority', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'avain-tls-'));
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', key, '-out', cert, ...subject],
      { stdio: 'ignore' },
    );
    const port = await freePort();
    const tls = ['--tls-port', String(port), '--tls-cert-file', cert, '--tls-key-file', key];
    await started(...tls, '--tls-ca-cert-file', cert, '--tls-auth-clients', 'no');
    const options = redisOptions({ url: `rediss://localhost:${port}` });
    const store = await openRedis({ ...options, caFile: cert });
    await store.ping();
    await store.close();
    await writeFile(cert, '');
    await expect(openRedis({ ...options, caFile: null })).rejects.toThrow('self-signed');
    await rm(dir, { recursive: true });
  });
});
