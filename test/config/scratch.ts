/** A whole configuration in a scratch folder, to be spoilt at one place by each test. */
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ConfigError } from '../../src/config/faults.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { LoadedConfig } from '../../src/config/schema.ts';

export const repository = resolve(import.meta.dirname, '../..');

export type Scratch = Readonly<{
  root: string;
  write: (path: string, content: string, mode?: number) => Promise<void>;
  /** Replaces one text in one file; throws if it is not there, so that no test spoils nothing. */
  spoil: (path: string, from: string | RegExp, to: string) => Promise<void>;
  load: (env?: Record<string, string>) => Promise<LoadedConfig>;
  /** The message with all faults, without its first line. */
  faults: (env?: Record<string, string>) => Promise<string>;
  remove: () => Promise<void>;
}>;

/** The repository's own development configuration, with terms of its own. */
export async function developmentScratch(): Promise<Scratch> {
  const scratch = await emptyScratch();
  const from = join(repository, 'config');
  await cp(from, join(scratch.root, 'config'), { recursive: true });
  await rm(join(scratch.root, 'config/terms'), { recursive: true, force: true });
  for (const id of ['oima', 'kuitti']) await writeTerms(scratch, id);
  return scratch;
}

/** A production configuration that starts. */
export async function productionScratch(): Promise<Scratch> {
  const scratch = await emptyScratch();
  await writeTerms(scratch, 'palkka');
  await scratch.write('config/avain.yaml', productionYaml);
  await scratch.write('config/clients/palkka.yaml', productionClient);
  for (const [name, step] of [
    ['master-key', 7],
    ['identity-index-key', 9],
    ['lookup-key', 11],
  ] as const) {
    const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index * step));
    await scratch.write(`keys/${name}`, `${key.toString('base64')}\n`, 0o600);
  }
  await scratch.write('keys/cookie-keys', 'abcdefghijklmnopqrstuvwxyz0123456789\n', 0o600);
  await scratch.write('data/secrets/client-palkka', 'client-secret-0123456789-abcdefghij', 0o600);
  const jwk = (use: string) => ({ kty: 'RSA', use, kid: use, n: use, e: 'AQAB', d: 'private' });
  const keys = JSON.stringify({ keys: [jwk('sig'), jwk('enc')] });
  await scratch.write('data/secrets/broker-telia.jwks.json', keys, 0o600);
  return scratch;
}

export async function emptyScratch(): Promise<Scratch> {
  const root = await mkdtemp(join(tmpdir(), 'avain-config-'));
  const write: Scratch['write'] = async (path, content, mode = 0o644) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
    await chmod(join(root, path), mode);
  };
  const load = (env = {}) => loadConfig({ env, root });
  return {
    root,
    write,
    load,
    spoil: async (path, from, to) => {
      const before = await readFile(join(root, path), 'utf8');
      const after = before.replace(from, to);
      if (after === before) throw new Error(`${path} has no ${from}`);
      await writeFile(join(root, path), after);
    },
    faults: async (env = {}) => {
      try {
        await load(env);
      } catch (error) {
        if (error instanceof ConfigError) return error.message.split('\n').slice(1).join('\n');
        throw error;
      }
      throw new Error('The configuration was accepted');
    },
    remove: () => rm(root, { recursive: true }),
  };
}

async function writeTerms(scratch: Scratch, id: string): Promise<void> {
  for (const locale of ['fi', 'sv', 'en']) {
    const text = `---\nversion: 2024-01\ndate: 2024-01-01\n---\n\n# ${id} ${locale}\n`;
    await scratch.write(`config/terms/${id}/2024-01.${locale}.md`, text);
  }
}

const productionYaml = `profile: production
issuer: https://id.palkka.fi
dataDir: ../data
secrets:
  masterKeyFile: ../keys/master-key
  identityIndexKeyFile: ../keys/identity-index-key
  lookupKeyFile: ../keys/lookup-key
  cookieKeysFile: ../keys/cookie-keys
mail:
  smtp: { host: smtp.palkka.fi }
  from: { name: Palkka, address: id@palkka.fi }
brokers:
  telia:
    issuer: https://tunnistus.telia.fi/uas
    clientId: palkka
outgoing:
  allow: []
operator: { name: Palkka Oy }
support: { email: tuki@palkka.fi }
`;

const productionClient = `name: Palkka
party: first
type: confidential
redirectUris: [https://palkka.fi/callback]
startUrl: https://palkka.fi/login
terms: palkka
`;
