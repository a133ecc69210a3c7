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
  initialAccessToken,
  keyList,
  obtainSecret,
  type SecretContext,
  secretPath,
  serverPassword,
  singleKey,
  testPersonPassword,
} from './secrets.ts';
import type { Settings } from './settings-schema.ts';
import { webhookSecretFiles } from './webhooks-schema.ts';
import type { KeyPath, Source } from './yaml-file.ts';

/** The installation's own secrets; null when any is missing, with its fault reported. */
export async function installationSecrets(
  source: Source,
  settings: FinishedSettings,
  brokerIds: readonly string[],
  context: SecretContext,
): Promise<Secrets | null> {
  const { mail, storage } = settings;
  const password = (path: string | null | undefined, key: KeyPath) =>
    path ? passwordOf(source, path, key, context) : null;
  const cookie = namedFile(source, settings, 'cookieKeysFile', context);
  const [keys, cookieList, brokers, webhooks, lazyMigration, registration, person, smtp, mongo, redis] =
    await Promise.all([
      installationKeys(source, settings, context),
      cookie && obtainSecret({ ...cookieKeys, ...cookie }, context),
      brokerSecrets(source, settings, brokerIds, context),
      webhookSecretFiles(source, settings, context),
      settings.lazyMigration && lazyMigrationSecret(source, settings, settings.lazyMigration, context),
      settings.registration.enabled ? registrationToken(source, settings, context) : null,
      settings.conformance && testPersonSecret(source, settings, settings.conformance, context),
      password(mail.smtp.passwordFile, ['mail', 'smtp', 'passwordFile']),
      password(storage.mongo?.passwordFile, ['storage', 'mongo', 'passwordFile']),
      password(storage.redis?.passwordFile, ['storage', 'redis', 'passwordFile']),
    ]);
  if (!keys || !cookie || !cookieList) return null;
  const list = cookieList.reveal().map((key) => new Secret(key));
  return {
    ...keys,
    keyFiles: { ...keys.keyFiles, cookie: cookie.path },
    cookieKeys: list,
    brokerKeysFiles: brokers,
    webhookSecretFiles: webhooks,
    lazyMigration,
    initialAccessToken: registration,
    testPerson: person,
    smtpPassword: smtp,
    mongoPassword: mongo,
    redisPassword: redis,
  };
}

type Keys = Pick<Secrets, 'masterKeys' | 'identityIndexKeys' | 'lookupKey'> & {
  readonly keyFiles: Omit<Secrets['keyFiles'], 'cookie'>;
};

/** The keys that everything stored depends on; what they do: secrets/sealing.ts. */
async function installationKeys(
  source: Source,
  settings: FinishedSettings,
  context: SecretContext,
): Promise<Keys | null> {
  const neededBy = join(settings.dataDir, 'avain.db');
  const master = namedFile(source, settings, 'masterKeyFile', context);
  const index = namedFile(source, settings, 'identityIndexKeyFile', context);
  const lookup = namedFile(source, settings, 'lookupKeyFile', context);
  const [masterKeys, identityIndexKeys, lookupKey] = await Promise.all([
    master && obtainSecret({ ...keyList, ...master, neededBy }, context),
    index && obtainSecret({ ...keyList, ...index, neededBy }, context),
    lookup && obtainSecret({ ...singleKey, ...lookup, neededBy }, context),
  ]);
  if (!master || !index || !lookup || !masterKeys || !identityIndexKeys || !lookupKey) return null;
  const all = [...masterKeys.reveal(), ...identityIndexKeys.reveal(), lookupKey.reveal()];
  if (new Set(all.map((key) => key.toString('hex'))).size < all.length) {
    // Whoever has one would have another; and they are rotated, kept and lost apart.
    context.faults.push({ ...lookup.place, found: 'one key in two files', expected: 'keys of their own in each file' });
    return null;
  }
  return { masterKeys, identityIndexKeys, lookupKey, keyFiles: { master: master.path, index: index.path } };
}

const named = {
  masterKeyFile: ['AVAIN_MASTER_KEY_FILE', 'master-key'],
  identityIndexKeyFile: ['AVAIN_IDENTITY_INDEX_KEY_FILE', 'identity-index-key'],
  lookupKeyFile: ['AVAIN_LOOKUP_KEY_FILE', 'lookup-key'],
  cookieKeysFile: ['AVAIN_COOKIE_KEYS_FILE', 'cookie-keys'],
} as const;

/** Where a secret lies; null, with a fault reported, where production was not told. */
function namedFile(
  source: Source,
  { dataDir, secrets }: FinishedSettings,
  key: keyof typeof named,
  context: SecretContext,
) {
  const place = source.placeOf(['secrets', key]);
  const [variable, name] = named[key];
  // Production names these files: a key that lies beside the data is in the same backup as the data.
  if (context.profile === 'production' && secrets[key] === null) {
    const expected = `a file outside the data folder (set secrets.${key} or ${variable})`;
    context.faults.push({ ...place, found: 'nothing', expected });
    return null;
  }
  return { place, path: secrets[key] ?? secretPath(dataDir, name) };
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

/** Shared with the earlier system, as a client's secret is with its client. */
function lazyMigrationSecret(
  source: Source,
  { dataDir }: FinishedSettings,
  { secretFile }: NonNullable<Settings['lazyMigration']>,
  context: SecretContext,
): Promise<Secret | null> {
  const place = source.placeOf(['lazyMigration', 'secretFile']);
  return obtainSecret({ ...clientSecret, place, path: secretFile ?? secretPath(dataDir, 'lazy-migration') }, context);
}

function registrationToken(
  source: Source,
  { dataDir, registration: { initialAccessTokenFile: file } }: FinishedSettings,
  context: SecretContext,
): Promise<Secret | null> {
  const place = source.placeOf(['registration', 'initialAccessTokenFile']);
  return obtainSecret(
    { ...initialAccessToken, place, path: file ?? secretPath(dataDir, 'initial-access-token') },
    context,
  );
}

function testPersonSecret(
  source: Source,
  { dataDir }: FinishedSettings,
  { person: { passwordFile } }: NonNullable<Settings['conformance']>,
  context: SecretContext,
): Promise<Secret | null> {
  const place = source.placeOf(['conformance', 'person', 'passwordFile']);
  return obtainSecret(
    { ...testPersonPassword, place, path: passwordFile ?? secretPath(dataDir, 'test-person') },
    context,
  );
}

/** Where Avain's private keys towards a broker lie. */
export function brokerKeysFile({ dataDir, secrets }: Pick<Settings, 'dataDir' | 'secrets'>, id: string): string {
  return secrets.brokerKeysFiles[id] ?? secretPath(dataDir, `broker-${id}.jwks.json`);
}

/** The password of another server is somebody else's: it is never made here. */
function passwordOf(source: Source, path: string, key: KeyPath, context: SecretContext): Promise<Secret | null> {
  return obtainSecret({ ...serverPassword, place: source.placeOf(key), path }, context);
}

/** Secrets by client_id, for the clients that have one. */
export async function clientSecrets(
  clients: readonly ReadClient[],
  dataDir: string,
  context: SecretContext,
): Promise<ReadonlyMap<string, Secret>> {
  const withSecret = clients.filter(({ file }) => methodOf(file).startsWith('client_secret'));
  const read = async ({ id, source, file, registered }: ReadClient) => {
    if (registered) return registered.secret ? [[id, registered.secret] as const] : [];
    const name = file.clientSecretFile;
    const path = name === null ? secretPath(dataDir, `client-${id}`) : resolve(dataDir, name);
    const secret = await obtainSecret({ ...clientSecret, place: source.placeOf(['clientSecretFile']), path }, context);
    return secret ? [[id, secret] as const] : [];
  };
  return new Map((await Promise.all(withSecret.map(read))).flat());
}
