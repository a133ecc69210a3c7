import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.ts';
import { developmentScratch, productionScratch, repository, type Scratch } from './scratch.ts';

let scratch: Scratch;
beforeEach(async () => {
  scratch = await developmentScratch();
});
afterEach(() => scratch.remove());

describe('the development configuration of the repository', () => {
  test('loads as it is, with the three clients of the demo world', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'avain-data-'));
    const config = await loadConfig({ env: { AVAIN_DATA_DIR: dataDir }, root: repository });
    await rm(dataDir, { recursive: true });
    expect(config.profile).toBe('development');
    expect(config.issuer).toBe('http://localhost:3000');
    expect(config.mail.smtp).toMatchObject({ host: 'localhost', port: 3525, passwordFile: null });
    expect(config.clients.map(({ id }) => id)).toEqual([
      'kuitti',
      'oima',
      'oima-apu',
      'avain-account',
      'avain-staff',
      'avain-admin',
    ]);
    expect(Object.keys(config.terms).sort()).toEqual(['kuitti', 'oima']);
    expect(config.rosterRows.map(({ roster, county, kind }) => `${roster} ${county} ${kind}`)).toEqual([
      'personal-assistance kanta-hame identity',
      'personal-assistance kanta-hame identity',
    ]);
  });

  test('resolves each client', async () => {
    const [kuitti, oima, apu] = (await scratch.load()).clients;
    expect(oima).toMatchObject({
      authMethod: 'client_secret_basic',
      grantTypes: ['authorization_code', 'refresh_token'],
      sector: 'first-party',
      startUrl: 'http://localhost:3200/login',
      name: { fi: 'Oima', sv: 'Oima', en: 'Oima' },
      stepUp: { first: 'always', rate: 0.05, atMostDays: 90, notWithinHours: 12, newDevice: 'notice' },
    });
    expect(oima?.scopes).toEqual(['openid', 'email', 'profile', 'birthdate', 'age_over_18', 'offline_access']);
    expect(kuitti).toMatchObject({ authMethod: 'none', secret: null, sector: 'client:kuitti', party: 'third' });
    expect(apu).toMatchObject({ sector: 'first-party', roster: { id: 'personal-assistance' }, terms: 'oima' });
    expect(apu?.notice?.fi).toContain('hyvinvointialueen');
  });

  test('counts per network, hour and day are multiplied, intervals and tries are not', async () => {
    const { limits } = await scratch.load();
    expect(limits.mail).toEqual({
      intervalSeconds: 60,
      perAddressPerHour: 500,
      perAddressPerDay: 1000,
      perNetworkPerHour: 3000,
      feedbackPerNetworkPerHour: 1000,
    });
    expect(limits.passwords).toMatchObject({ wrongBeforeDelay: 5, consecutivePerAccount: 100, perKnownDevice: 10 });
    expect(limits.codes).toMatchObject({ wrongPerChallenge: 5, wrongPerAccountPerDay: 2000, resends: 3 });
  });

  test('is frozen in depth', async () => {
    const config = await scratch.load();
    const open: string[] = [];
    const walk = (value: unknown, path: string) => {
      if (typeof value !== 'object' || value === null) return;
      if (!Object.isFrozen(value)) open.push(path);
      for (const [key, member] of Object.entries(value)) walk(member, `${path}.${key}`);
    };
    walk(config, 'config');
    expect(open).toEqual([]);
  });
});

test('production has the numbers as they are written, and the real levels', async () => {
  const production = await productionScratch();
  const config = await production.load();
  await production.remove();
  expect(config.limits.mail.perAddressPerHour).toBe(5);
  expect(config.acr).toEqual({
    email: 'urn:avain:acr:email',
    substantial: 'http://ftn.ficora.fi/2017/loa2',
    high: 'http://ftn.ficora.fi/2017/loa3',
  });
});

describe('the environment', () => {
  test('wins over the file', async () => {
    await scratch.write('smtp', 'mail-password', 0o600);
    const config = await scratch.load({
      AVAIN_ISSUER: 'http://localhost:9000',
      AVAIN_LISTEN_HOST: '0.0.0.0',
      AVAIN_PORT: '9001',
      AVAIN_DATA_DIR: 'elsewhere',
      AVAIN_LOG_LEVEL: 'warn',
      AVAIN_SMTP_HOST: 'smtp.example',
      AVAIN_SMTP_PORT: '2525',
      AVAIN_SMTP_USER: 'avain',
      AVAIN_SMTP_PASSWORD_FILE: 'smtp',
      AVAIN_ARGON2: '7168,5,1',
      CHANCE: 'always',
    });
    expect(config).toMatchObject({
      issuer: 'http://localhost:9000',
      listen: { host: '0.0.0.0', port: 9001 },
      dataDir: join(scratch.root, 'elsewhere'),
      log: { level: 'warn' },
      mail: { smtp: { host: 'smtp.example', port: 2525, user: 'avain' } },
      passwords: { argon2: { memoryKib: 7168, passes: 5, parallelism: 1 } },
      chance: 'always',
    });
    expect(config.secrets.smtpPassword?.reveal()).toBe('mail-password');
  });

  test('an empty variable is as good as none', async () => {
    expect((await scratch.load({ AVAIN_PORT: '', CHANCE: ' ' })).listen.port).toBe(3000);
  });

  test('faults in it name the variable', async () => {
    const faults = await scratch.faults({ AVAIN_PORT: 'http', AVAIN_ARGON2: '7168,5', CHANCE: 'maybe' });
    expect(faults.split('\n')).toEqual([
      '  environment: AVAIN_PORT: found "http", expected a number',
      '  environment: CHANCE: found "maybe", expected one of policy, always, never',
      '  environment: AVAIN_ARGON2 (parallelism): found text, expected a number',
    ]);
  });

  test('AVAIN_CLIENTS_DIR adds a folder of clients', async () => {
    await scratch.write('more/bench.yaml', 'name: Bench\nparty: first\ntype: confidential\nclientCredentials: true\n');
    const config = await scratch.load({ AVAIN_CLIENTS_DIR: 'more' });
    const bench = config.clients.find(({ id }) => id === 'bench');
    expect(bench).toMatchObject({ grantTypes: ['client_credentials'], scopes: [], startUrl: null });
    expect(config.clients.filter(({ id }) => !id.startsWith('avain-'))).toHaveLength(4);
  });

  test('AVAIN_CONFIG names another file', async () => {
    await scratch.spoil('config/avain.yaml', 'name: Oma Palvelut', 'name: Toiset');
    expect((await scratch.load({ AVAIN_CONFIG: 'config/avain.yaml' })).operator.name).toBe('Toiset');
    expect(await scratch.faults({ AVAIN_CONFIG: 'nowhere.yaml' })).toBe(
      '  nowhere.yaml: found no such file, expected a readable YAML file',
    );
  });
});

describe('two worlds on one machine', () => {
  test('PORT_OFFSET moves every address on localhost, and only those', async () => {
    const config = await scratch.load({ PORT_OFFSET: '7' });
    expect(config.issuer).toBe('http://localhost:3007');
    expect(config.listen.port).toBe(3007);
    expect(config.mail.smtp.port).toBe(3532);
    expect(config.brokers['demotunnistus']?.issuer).toBe('http://localhost:3407');
    expect(config.outgoing.allow).toEqual([3207, 3208, 3209].map((port) => `http://localhost:${port}`));
    expect(config.clients[1]).toMatchObject({
      redirectUris: ['http://localhost:3207/callback'],
      postLogoutRedirectUris: ['http://localhost:3207/'],
      backchannelLogoutUri: 'http://localhost:3207/backchannel-logout',
      startUrl: 'http://localhost:3207/login',
    });
    const ports = JSON.stringify(config).matchAll(/localhost:(\d+)/g);
    expect([...new Set([...ports].map(([, port]) => Number(port)))].sort()).toEqual([3007, 3207, 3208, 3209, 3407]);
    expect(config.brokers['demotunnistus']?.acr.request).toEqual(['http://ftn.ficora.fi/2017/loatest2']);
  });

  test('names below .localhost are this machine too, so that another site can be played', async () => {
    await scratch.spoil('config/clients/oima.yaml', 'http://localhost:3200/login', 'http://oima.localhost:3200/login');
    expect((await scratch.load({ PORT_OFFSET: '7' })).clients[1]?.startUrl).toBe('http://oima.localhost:3207/login');
  });

  test('a variable is taken literally, and AVAIN_PORT alone takes the issuer with it', async () => {
    const config = await scratch.load({ PORT_OFFSET: '7', AVAIN_PORT: '4000', AVAIN_SMTP_PORT: '4525' });
    expect(config.listen.port).toBe(4000);
    expect(config.issuer).toBe('http://localhost:4000');
    expect(config.mail.smtp.port).toBe(4525);
  });

  test('AVAIN_MOVED_PORTS moves single ports and wins over PORT_OFFSET', async () => {
    const config = await scratch.load({ PORT_OFFSET: '7', AVAIN_MOVED_PORTS: '3200:4200,3400:4400' });
    expect(config.clients[1]?.startUrl).toBe('http://localhost:4200/login');
    expect(config.clients[0]?.startUrl).toBe('http://localhost:3209/login');
    expect(config.brokers['demotunnistus']?.issuer).toBe('http://localhost:4400');
  });

  test('wrong variables are faults', async () => {
    expect(await scratch.faults({ PORT_OFFSET: '-1', AVAIN_MOVED_PORTS: '3200=4200' })).toBe(
      [
        '  environment: PORT_OFFSET: found "-1", expected a whole number from 0 to 60000',
        '  environment: AVAIN_MOVED_PORTS: found "3200=4200", expected PORT:PORT,PORT:PORT',
      ].join('\n'),
    );
  });
});
