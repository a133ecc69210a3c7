/**
 * compose.yaml against the house. No container is started here: what the images themselves do is not tested, only what
 * this repository tells them.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.ts';
import type { LoadedConfig } from '../../src/config/schema.ts';
import { root } from '../docs/pages.ts';
import { asInContainer, mounts, type Service, service, services, stack, text } from './stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'avain-compose-'));
const made = join(folder, 'secrets');
const makeSecrets = () => execFileSync(join(root, 'compose/make-secrets.sh'), [made], { encoding: 'utf8' });
const contents = () => readdirSync(made).map((name) => [name, readFileSync(join(made, name), 'utf8')]);
beforeAll(() => void makeSecrets());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lasting = services.filter(([name]) => name !== 'mongo-setup');
const nodes = services.filter(([, { build }]) => build !== undefined);

describe('the secrets', () => {
  test('are made by the script, all of them and nothing else, in a folder for one person', () => {
    expect(readdirSync(made).sort()).toEqual(Object.keys(stack.secrets).sort());
    expect(statSync(made).mode & 0o777).toBe(0o700);
    const files = Object.entries(stack.secrets).map(([name, { file }]) => [name, file]);
    expect(files).toEqual(files.map(([name]) => [name, `./compose/secrets/${name}`]));
    expect(text('.gitignore').split('\n')).toContain('compose/secrets/');
  });

  test('stay as they are when the script runs again, and differ from one another', () => {
    const before = contents();
    expect(makeSecrets()).toBe('');
    expect(contents()).toEqual(before);
    expect(new Set(before.map(([, content]) => content)).size).toBe(before.length);
  });

  test.each(services)('%s has those that it reads, and no other', (_name, given) => {
    const configured = mounts(given).flatMap(([from]) => filesOf(from));
    // The setup's script names them one by one behind the folder.
    const words = [JSON.stringify(given), ...configured.map((file) => text(file))].join('\n');
    const read = [...words.matchAll(/\/run\/secrets\/([a-z-]+)|secret\('([a-z-]+)'\)/g)].map(([, a, b]) => a ?? b);
    expect([...new Set(read)].sort()).toEqual([...(given.secrets ?? [])].sort());
  });
});

describe('the configuration of the nodes', () => {
  let config: LoadedConfig;
  beforeAll(async () => {
    config = await loadConfig({ env: asInContainer(folder), root, createSecrets: false });
  });

  test('is accepted, with nothing left to be made, and keeps everything in the stores', () => {
    expect(config).toMatchObject({
      storage: { kind: 'mongo-redis' },
      proxy: { trustedHops: 1 },
      listen: { host: '0.0.0.0', port: 3000 },
      dataDir: '/data',
    });
    const configured = config.clients.filter(({ secret }) => secret !== null);
    expect(configured.map(({ id, secret }) => [String(id), secret?.reveal()])).toEqual([
      ['oima', readFileSync(join(made, 'client-oima'), 'utf8')],
    ]);
  });

  test('names services of this file, by hosts that exist', () => {
    const { mongo, redis } = config.storage;
    const members = /^mongodb:\/\/([^/]+)\/\?replicaSet=avain$/.exec(mongo?.url ?? '')?.[1]?.split(',') ?? [];
    const hosts = [...members, new URL(redis?.url ?? '').host, `${config.mail.smtp.host}:${config.mail.smtp.port}`];
    expect(hosts).toEqual(['mongo-1:27017', 'mongo-2:27017', 'mongo-3:27017', 'redis:6379', 'mail:1025']);
    for (const host of hosts) service(host.split(':')[0] ?? '');
  });

  test('stands at the address that the balancer has on this machine', () => {
    expect(service('balancer').ports).toEqual([`127.0.0.1:${new URL(config.issuer).port}:8080`]);
  });

  test('sets only variables that Avain reads', () => {
    const known = ['environment.ts', 'load.ts'].map((file) => text(`src/config/${file}`)).join('\n');
    const variables = nodes.flatMap(([, { environment }]) => Object.keys(environment ?? {}));
    expect(variables.length).toBeGreaterThan(10);
    expect(variables.filter((name) => !known.includes(`'${name}'`))).toEqual([]);
  });

  test('is the same for both', () => {
    expect(nodes.map(([name]) => name)).toEqual(['avain-1', 'avain-2']);
    expect(service('avain-1')).toEqual(service('avain-2'));
  });
});

describe('each container', () => {
  test.each(services)('%s is of an exact version', (_name, { image }) => {
    expect(image).toMatch(/^[\w/-]+:v?\d+\.\d+\.\d+(-[a-z]+)?$/);
  });

  test.each(services)('%s can change nothing of itself and is never root', (_name, given: Service) => {
    expect(given).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(Number(given.user?.split(':')[0])).toBeGreaterThan(0);
  });

  test.each(lasting)('%s tells whether it is well, and comes back', (_name, { healthcheck, build, restart }) => {
    const own =
      build === undefined ? healthcheck?.test.join(' ') : /HEALTHCHECK[^[]*(\[.*\])/.exec(text('Dockerfile'))?.[1];
    expect(own).toBeTruthy();
    expect(restart).toBe('unless-stopped');
  });

  test('is reached from this machine alone, and only where people look', () => {
    const open = services.filter(([, { ports }]) => ports !== undefined);
    expect(open.map(([name]) => name)).toEqual(['balancer', 'mail']);
    expect(open.flatMap(([, { ports = [] }]) => ports).filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test.each(services)('%s is given only what exists', (_name, given) => {
    expect(mounts(given).filter(([from]) => !existsSync(join(root, from)))).toEqual([]);
    const named = (given.volumes ?? []).filter((volume) => !volume.startsWith('./'));
    expect(named.filter((volume) => !((volume.split(':')[0] ?? '') in stack.volumes))).toEqual([]);
  });

  test.each(services)('%s waits for others by what they tell', (_name, { depends_on }) => {
    const rows = Object.entries(depends_on ?? {}).map(([other, { condition }]) => [other, condition]);
    const told = rows.map(([other]) => [
      other,
      other === 'mongo-setup' ? 'service_completed_successfully' : 'service_healthy',
    ]);
    expect(rows).toEqual(told);
  });
});

describe('the balancer', () => {
  const settings = text('compose/haproxy.cfg');

  test('asks for pages of health that Avain has', () => {
    const asked = [...settings.matchAll(/meth GET uri (\S+)$/gm)].map(([, path]) => path);
    expect(asked).toEqual(['/health/ready', '/health/live']);
    for (const path of asked) expect(text('src/app.ts')).toContain(`router.get('${path}'`);
  });

  test('knows every node, on the port on which it listens', () => {
    const listen = /^listen:\n {2}port: (\d+)$/m.exec(text('compose/avain/avain.yaml'))?.[1];
    const known = [...settings.matchAll(/^ {2}server (\S+) (\S+)$/gm)].map(([, name, at]) => [name, at]);
    const each = nodes.map(([name]) => [name, `${name}:${listen}`]);
    expect(known).toEqual([...each, ...each]);
  });

  test('is still there while a node that stops has its last requests', () => {
    const drainSeconds = Number(/drainMs = (\d+)_000/.exec(text('src/http/server.ts'))?.[1]);
    for (const [, node] of nodes)
      expect(Number.parseInt(node.stop_grace_period ?? '', 10)).toBeGreaterThan(drainSeconds);
  });
});

test('the replica set is made of all members there are, and its script can be read', () => {
  const script = text('compose/mongo-setup.js');
  expect(() => new Script(script)).not.toThrow();
  const members = [...script.matchAll(/'(mongo-\d):27017'/g)].map(([, name]) => name);
  expect(members).toEqual(services.map(([name]) => name).filter((name) => /^mongo-\d$/.test(name)));
  expect(script).toContain(`user: '${service('avain-1').environment?.['AVAIN_MONGO_USER']}'`);
});

function filesOf(path: string): readonly string[] {
  if (statSync(join(root, path)).isFile()) return [path];
  const inside = readdirSync(join(root, path), { recursive: true, encoding: 'utf8' });
  return inside.map((name) => join(path, name)).filter((name) => statSync(join(root, name)).isFile());
}
