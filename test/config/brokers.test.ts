import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { parse } from 'yaml';
import { readBrokers } from '../../src/config/brokers.ts';
import { describeFault, type Fault } from '../../src/config/faults.ts';
import { parseYaml } from '../../src/config/yaml-file.ts';
import { repository } from './scratch.ts';

const shipped = join(repository, 'config/brokers');

/** What the section `brokers` of a file gives, and what is wrong with it. */
async function read(yaml: string, { configDir = join(repository, 'config'), production = true } = {}) {
  const faults: Fault[] = [];
  const source = parseYaml(yaml, 'avain.yaml', faults);
  if (!source) throw new Error('no yaml');
  const shownAs = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  const brokers = await readBrokers(source, { production, configDir, shownAs, move: (port) => port, faults });
  return { brokers, faults: faults.map(describeFault) };
}

/** As the comment at the head of each shipped file says, filled in. */
function entry(file: string, more = '') {
  return `brokers:\n  mine:\n    file: brokers/${file}\n    clientId: palkka\n    issuer: https://broker.example.fi\n${more}`;
}

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'avain-brokers-'));
  folders.push(folder);
  return folder;
}

let statement: string;
let digest: string;
beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'e' };
  const issuer = 'https://broker.example.fi';
  statement = await new SignJWT({
    iss: issuer,
    sub: issuer,
    jwks: { keys: [jwk] },
    metadata: {
      openid_provider: {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        signed_jwks_uri: `${issuer}/keys`,
      },
    },
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'entity-statement+jwt', kid: 'e' })
    .setExpirationTime('1h')
    .sign(privateKey);
  digest = createHash('sha256').update(statement).digest('hex');
});

describe('the shipped files', () => {
  test('are those that the documentation names', async () => {
    expect((await readdir(shipped)).sort()).toEqual(
      ['generic.yaml', 'idura.yaml', 'norway-bankid.yaml', 'op.yaml', 'signicat.yaml', 'telia.yaml'].sort(),
    );
  });

  test.each(['telia.yaml', 'idura.yaml', 'signicat.yaml', 'generic.yaml', 'norway-bankid.yaml'])(
    '%s needs two or three keys of the operator, and production takes it',
    async (file) => {
      const { brokers, faults } = await read(entry(file));
      expect(faults).toEqual([]);
      expect(brokers['mine']).toMatchObject({ clientId: 'palkka', issuer: 'https://broker.example.fi' });
    },
  );

  test('op.yaml needs the entity statement too', async () => {
    expect((await read(entry('op.yaml'))).faults).toEqual([
      expect.stringMatching(/^op\.yaml:\d+: entityStatement\.file: found no such file/),
    ]);
    const dir = await scratch();
    await writeFile(join(dir, 'statement.jwt'), statement);
    const more = `    entityStatement: {file: ${join(dir, 'statement.jwt')}}\n`;
    const { brokers, faults } = await read(entry('op.yaml', more));
    expect(faults).toEqual([]);
    expect(brokers['mine']?.pinned).toMatchObject({ signedJwksUri: 'https://broker.example.fi/keys' });
  });

  test('generic.yaml holds every default as it is', async () => {
    const { brokers } = await read(entry('generic.yaml'));
    const bare = await read('brokers: {mine: {clientId: palkka, issuer: https://broker.example.fi}}');
    expect(brokers['mine']).toEqual(bare.brokers['mine']);
  });

  test.each(['telia', 'op', 'idura', 'signicat', 'generic', 'norway-bankid'])(
    '%s.yaml names its schema',
    async (name) => {
      const text = await readFile(join(shipped, `${name}.yaml`), 'utf8');
      expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/schema\/broker\.schema\.json\n/);
      expect(typeof parse(text)).toBe('object');
    },
  );
});

describe('an entry of avain.yaml that names a file', () => {
  test('wins key by key over the file, and lists are replaced whole', async () => {
    const { brokers } = await read(
      entry('telia.yaml', '    scopes: [openid, extra]\n    idToken: {maxAgeSeconds: 60}\n'),
    );
    expect(brokers['mine']).toMatchObject({
      scopes: ['openid', 'extra'],
      idToken: { maxAgeSeconds: 60, keyEncryption: ['RSA-OAEP'] },
    });
  });

  test('is told of faults where they stand', async () => {
    const dir = await scratch();
    await writeFile(join(dir, 'mine.yaml'), 'issuer: https://broker.example.fi\nrequest:\n  ttlSeconds: 9999\n');
    const yaml = 'brokers:\n  mine:\n    file: mine.yaml\n    idToken:\n      signing: [HS256]\n';
    expect((await read(yaml, { configDir: dir })).faults.sort()).toEqual([
      expect.stringMatching(/^avain\.yaml:2: brokers\.mine\.clientId: found nothing/),
      expect.stringMatching(/^avain\.yaml:5: brokers\.mine\.idToken\.signing\.0: found text/),
      expect.stringMatching(/^mine\.yaml:3: request\.ttlSeconds: found 9999/),
    ]);
  });

  test.each([
    ['a missing file', 'file: nowhere.yaml', /^nowhere\.yaml: found no such file/],
    ['a path that is none', 'file: 7', /^avain\.yaml:3: brokers\.mine\.file: found 7/],
  ])('%s', async (_what, line, fault) => {
    expect((await read(`brokers:\n  mine:\n    ${line}\n`)).faults).toEqual([expect.stringMatching(fault)]);
  });
});

describe('an entity statement', () => {
  async function withStatement(content: string, more = '', issuer = 'https://broker.example.fi') {
    const configDir = await scratch();
    await writeFile(join(configDir, 'statement.jwt'), content);
    const lines = ['brokers:', '  mine:', `    issuer: ${issuer}`, '    clientId: palkka'];
    const yaml = [...lines, '    entityStatement:', '      file: statement.jwt', more].join('\n');
    return (await read(yaml, { configDir })).faults;
  }

  test('that has the published SHA-256 is taken', async () => {
    expect(await withStatement(statement, `      sha256: ${digest.toUpperCase()}`)).toEqual([]);
  });

  test.each([
    [
      'another SHA-256',
      () => withStatement(statement, `      sha256: ${'0'.repeat(64)}`),
      /:7: .*entityStatement\.sha256/,
    ],
    [
      'a changed letter',
      () => withStatement(changed(statement)),
      /:6: .*\.file: found a signature or type that does not fit/,
    ],
    ['no JWT', () => withStatement('<html></html>'), /:6: .*\.file: found no usable/],
    ['another issuer', () => withStatement(statement, '', 'https://other.example.fi'), /:6: .*found a statement of/],
  ])('%s is refused at its line', async (_what, attempt, fault) => {
    expect(await attempt()).toEqual([expect.stringMatching(fault)]);
  });
});

/** Another signature; all else stays readable. */
function changed(jwt: string): string {
  const [header, payload, signature = ''] = jwt.split('.');
  const other = signature.startsWith('A') ? 'B' : 'A';
  return `${header}.${payload}.${other}${signature.slice(1)}`;
}
