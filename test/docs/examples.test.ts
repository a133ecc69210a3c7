/** Every example of the documentation is run, and every table of numbers is compared with what the code does. */
import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { emailedCodeSchema, limitsSchema, livesSchema, stepUpSchema } from '../../src/config/policy-schema.ts';
import { roleOf } from '../../src/upstream/ftn/keys.ts';
import { readKeyFile } from '../../src/upstream/key-file.ts';
import { developmentScratch, productionScratch, type Scratch } from '../config/scratch.ts';
import { sourceFiles } from '../support/source-files.ts';
import { block, coded, page, root, table } from './pages.ts';

let scratch: Scratch;
afterEach(() => scratch.remove());

const operators = 'docs/operate.md';
const integrators = 'docs/integrators.md';

describe('a client', () => {
  beforeEach(async () => {
    scratch = await developmentScratch();
  });

  test('as integrators.md shows it is accepted, with what its comments promise', async () => {
    await scratch.write('config/clients/palkka.yaml', block(integrators, 'yaml client'));
    const client = (await scratch.load()).clients.find(({ id }) => id === 'palkka');
    expect(client).toMatchObject({
      name: { fi: 'Palkka', sv: 'Lön', en: 'Payroll' },
      authMethod: 'client_secret_basic',
      grantTypes: ['authorization_code', 'refresh_token'],
      assurance: { demand: 'substantial', freshMinutes: 30 },
      sector: 'first-party',
    });
    expect(client?.secret).not.toBeNull();
  });
});

describe('a production installation', () => {
  beforeEach(async () => {
    scratch = await productionScratch();
  });

  /** The settings of operate.md, in a scratch folder instead of the machine's own. */
  const settings = () =>
    block(operators, 'yaml settings')
      .replace('/var/lib/avain', join(scratch.root, 'data'))
      .replaceAll('/etc/avain', join(scratch.root, 'keys'));

  /** Runs the commands of operate.md where they are meant to be run, with its settings in place. */
  async function makeSecrets(): Promise<void> {
    const folder = join(scratch.root, 'made');
    await mkdir(folder);
    const { NODE_OPTIONS: _options, ...own } = process.env;
    const env = { ...own, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };
    execFileSync('sh', ['-ec', block(operators, 'sh secrets')], { cwd: folder, env });
    await scratch.write('config/avain.yaml', settings());
    const makeBrokerKeys = block(operators, 'sh broker-keys').replace('/etc/avain', join(scratch.root, 'config'));
    execFileSync('sh', ['-ec', makeBrokerKeys], { cwd: root, env });
    for (const name of ['master-key', 'identity-index-key', 'lookup-key', 'cookie-keys'])
      await cp(join(folder, name), join(scratch.root, 'keys', name));
    await cp(join(folder, 'client-palkka'), join(scratch.root, 'data/secrets/client-palkka'));
    await scratch.write('keys/smtp-password', 'whatever the server demands', 0o600);
  }

  test('as operate.md shows it starts, with the secrets that its commands make', async () => {
    await makeSecrets();
    const config = await scratch.load();
    expect(config).toMatchObject({ profile: 'production', issuer: 'https://id.palkka.example.fi' });
    const { keys } = await readKeyFile(config.secrets.brokerKeysFiles['telia'] ?? '');
    expect(keys.map(roleOf)).toEqual(['sig', 'enc', 'entity']);
  });

  test('refuses secrets that everybody can read, as operate.md says', async () => {
    await makeSecrets();
    await chmod(join(scratch.root, 'keys/master-key'), 0o644);
    expect(await scratch.faults()).toContain('secrets.masterKeyFile: found a file open to everybody');
  });

  test('takes the other broker of operate.md', async () => {
    const broker = block(operators, 'yaml broker').replaceAll(/^/gm, '    ').trimEnd();
    await scratch.spoil('config/avain.yaml', /^ {4}issuer: .*\n {4}clientId: .*$/m, broker);
    expect((await scratch.load()).brokers['telia']).toMatchObject({
      dialect: 'plain',
      assertion: { audience: 'issuer' },
    });
  });

  test('is refused what operate.md says it is refused', () => {
    const told = table(operators, 'refused').flatMap(([refused = '']) => coded(refused));
    expect(told.length).toBeGreaterThan(8);
    const known = sourceFiles('src')
      .filter(({ path }) => path.startsWith('src/config/') || path === 'src/upstream/broker-config.ts')
      .map(({ text }) => text)
      .join('\n');
    const words = told.map((word) => word.split(/[.:…]/).filter(Boolean).at(0) ?? '');
    expect(words.filter((word) => !known.includes(word))).toEqual([]);
  });
});

describe('the tables', () => {
  beforeEach(async () => {
    scratch = await developmentScratch();
  });

  const numbers = (heading: string) =>
    Object.fromEntries(
      table(operators, 'key', heading).map(([key = '', value = '']) => [
        coded(key)[0] ?? '',
        value.replaceAll('`', ''),
      ]),
    );
  const flat = (value: object, before = ''): [string, string][] =>
    Object.entries(value).flatMap(([key, item]) =>
      typeof item === 'object' && item !== null ? flat(item, `${before}${key}.`) : [[`${before}${key}`, String(item)]],
    );

  test('limits are the defaults, all of them', () => {
    expect(numbers('## Limits')).toEqual(Object.fromEntries(flat(limitsSchema.parse({}))));
  });

  test('lives are the defaults, all of them, and each has an effect', () => {
    const told = numbers('## Lives');
    expect(told).toEqual(Object.fromEntries(flat(livesSchema.parse({}))));
    const code = sourceFiles('src').filter(({ path }) => !/^src\/(config|demo)\//.test(path));
    expect(Object.keys(told).filter((key) => !code.some(({ text }) => text.includes(key)))).toEqual([]);
  });

  test('how often people are asked are the defaults', () => {
    const all = [...flat(stepUpSchema.parse({}), 'stepUp.'), ...flat(emailedCodeSchema.parse({}), 'code.')];
    expect(numbers('## How often people are asked')).toEqual(Object.fromEntries(all));
  });

  test('variables of the environment are those that are read, each with its key', () => {
    const told = table(operators, 'variable').map(([name = '', key = '']) => [coded(name)[0], coded(key)[0]]);
    const text = (file: string) => sourceFiles('src').find(({ path }) => path === `src/config/${file}`)?.text ?? '';
    const rows = [...text('environment.ts').matchAll(/^ {2}\['(\w+)', \[([^\]]+)\]/gm)];
    const keyed = rows.map(([, name, keys = '']) => [name, keys.replaceAll(/[' ]/g, '').replaceAll(',', '.')]);
    const read = ['environment.ts', 'load.ts', 'client-set.ts', 'port-offset.ts'].flatMap((file) =>
      [...text(file).matchAll(/variable\(env, '(\w+)'\)/g)].map(([, name]) => name),
    );
    expect(keyed.length).toBeGreaterThan(10);
    expect(told).toEqual(expect.arrayContaining(keyed));
    expect(told.map(([name]) => name).sort()).toEqual([...new Set([...keyed.map(([name]) => name), ...read])].sort());
  });

  test('the words of support.md are on the pages and in the mails', () => {
    const texts = Object.values<string>(JSON.parse(page('views/texts/en.json')));
    const quoted = table('docs/support.md', 'the page says').flatMap(([says = '']) =>
      [...says.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? ''),
    );
    const isTold = (quote: string) =>
      texts.some((text) => quote.split('…').every((part) => text.includes(part.trim().replace(/ $/, ''))));
    expect(quoted.length).toBeGreaterThan(20);
    expect(quoted.filter((quote) => !isTold(quote))).toEqual([]);
  });

  test('the messages of the log are those that are written', () => {
    const told = table(operators, '`msg`').map(([message = '']) => coded(message)[0] ?? '');
    const code = sourceFiles('src')
      .map(({ text }) => text)
      .join('\n');
    expect(told.filter((message) => !code.includes(`'${message}'`))).toEqual([]);
  });
});
