/** Which secrets this configuration needs, and where each of them lies. */
import { join, resolve } from 'node:path';
import { methodOf } from './client-rules.ts';
import type { ReadClient } from './clients.ts';
import type { FinishedSettings } from './profile.ts';
import type { Secrets } from './schema.ts';
import { Secret } from './secret.ts';
import {
  brokerKeys,
  clientSecret,
  cookieKeys,
  masterKey,
  obtainSecret,
  type SecretContext,
  secretPath,
  serverPassword,
} from './secrets.ts';
import type { Settings } from './settings-schema.ts';
import type { KeyPath, Source } from './yaml-file.ts';

/** The installation's own secrets; null when any is missing, with its fault reported. */
export async function installationSecrets(
  source: Source,
  settings: FinishedSettings,
  brokerIds: readonly string[],
  context: SecretContext,
): Promise<Secrets | null> {
  const { dataDir, secrets, mail, storage } = settings;
  const wanted = (key: 'masterKeyFile' | 'cookieKeysFile', variable: string, name: string) => {
    // Production names these files: a key that lies beside the data is in the same backup as the data.
    if (context.profile === 'production' && secrets[key] === null) {
      const expected = `a file outside the data folder (set secrets.${key} or ${variable})`;
      context.faults.push({ ...source.placeOf(['secrets', key]), found: 'nothing', expected });
      return null;
    }
    return { place: source.placeOf(['secrets', key]), path: secrets[key] ?? secretPath(dataDir, name) };
  };
  const master = wanted('masterKeyFile', 'AVAIN_MASTER_KEY_FILE', 'master-key');
  const cookie = wanted('cookieKeysFile', 'AVAIN_COOKIE_KEYS_FILE', 'cookie-keys');
  const neededBy = join(dataDir, 'avain.db');
  const password = (path: string | null | undefined, key: KeyPath) =>
    path ? passwordOf(source, path, key, context) : null;
  const [master32, cookieList, brokers, smtp, mongo, redis] = await Promise.all([
    master && obtainSecret({ ...masterKey, ...master, neededBy }, context),
    cookie && obtainSecret({ ...cookieKeys, ...cookie }, context),
    brokerSecrets(source, settings, brokerIds, context),
    password(mail.smtp.passwordFile, ['mail', 'smtp', 'passwordFile']),
    password(storage.mongo?.passwordFile, ['storage', 'mongo', 'passwordFile']),
    password(storage.redis?.passwordFile, ['storage', 'redis', 'passwordFile']),
  ]);
  if (!master32 || !cookieList) return null;
  const list = cookieList.reveal().map((key) => new Secret(key));
  return {
    masterKey: master32,
    cookieKeys: list,
    brokerKeysFiles: brokers,
    smtpPassword: smtp,
    mongoPassword: mongo,
    redisPassword: redis,
  };
}

async function brokerSecrets(
  source: Source,
  settings: FinishedSettings,
  ids: readonly string[],
  context: SecretContext,
): Promise<Secrets['brokerKeysFiles']> {
  const check = async (id: string) => {
    const path = brokerKeysFile(settings, id);
    await obtainSecret({ ...brokerKeys, place: source.placeOf(['brokers', id]), path }, context);
    return [id, path] as const;
  };
  return Object.fromEntries(await Promise.all(ids.map(check)));
}

/** Where Avain's private keys towards a broker lie. */
export function brokerKeysFile({ dataDir, secrets }: Pick<Settings, 'dataDir' | 'secrets'>, id: string): string {
  return secrets.brokerKeysFiles[id] ?? secretPath(dataDir, `broker-${id}.jwks.json`);
}

/** The password of another server is somebody else's: it is never made here. */
function passwordOf(source: Source, path: string, key: KeyPath, context: SecretContext): Promise<Secret | null> {
  return obtainSecret({ ...serverPassword, place: source.placeOf(key), path }, { ...context, missing: 'report' });
}

/** Secrets by client_id, for the clients that have one. */
export async function clientSecrets(
  clients: readonly ReadClient[],
  dataDir: string,
  context: SecretContext,
): Promise<ReadonlyMap<string, Secret>> {
  const withSecret = clients.filter(({ file }) => methodOf(file).startsWith('client_secret'));
  const read = async ({ id, source, file }: ReadClient) => {
    const name = file.clientSecretFile;
    const path = name === null ? secretPath(dataDir, `client-${id}`) : resolve(dataDir, name);
    const secret = await obtainSecret({ ...clientSecret, place: source.placeOf(['clientSecretFile']), path }, context);
    return secret ? [[id, secret] as const] : [];
  };
  return new Map((await Promise.all(withSecret.map(read))).flat());
}
