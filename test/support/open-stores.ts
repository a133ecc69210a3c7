/** The storage of several nodes, opened by a test itself, on servers of its own. */
import { Secret } from '../../src/config/secret.ts';
import { storageSchema } from '../../src/config/storage-schema.ts';
import type { Clock } from '../../src/deps.ts';
import type { MovableStorage } from '../../src/storage/moving.ts';
import { openBackEnd, type StorageConfig } from '../../src/storage/open.ts';

export type StoreAddresses = {
  readonly mongoUrl: string;
  readonly database?: string;
  /** One address, or those of a cluster's nodes. */
  readonly redisUrls: readonly string[];
  readonly keyPrefix?: string;
};

export function openStores(
  addresses: StoreAddresses,
  clock: Clock = { now: () => Date.now() },
): Promise<MovableStorage> {
  return openBackEnd('mongo-redis', storesConfig(addresses), clock, {
    error: () => {},
    warn: () => {},
    info: () => {},
  });
}

export function storesConfig({
  mongoUrl,
  database = 'avain',
  redisUrls,
  keyPrefix = 'avain',
}: StoreAddresses): StorageConfig {
  const [one, ...more] = redisUrls;
  const redis = { keyPrefix, ...(more.length === 0 ? { url: one } : { clusterNodes: redisUrls }) };
  return {
    storage: storageSchema.parse({ kind: 'mongo-redis', mongo: { url: mongoUrl, database }, redis }),
    dataDir: '',
    // The stores need no key: what is sealed arrives sealed.
    secrets: {
      masterKeys: new Secret([]),
      identityIndexKeys: new Secret([]),
      lookupKey: new Secret(Buffer.alloc(0)),
      keyFiles: { master: '', index: '', cookie: '' },
      cookieKeys: [],
      brokerKeysFiles: {},
      webhookSecretFiles: {},
      lazyMigration: null,
      initialAccessToken: null,
      testPerson: null,
      smtpPassword: null,
      mongoPassword: null,
      redisPassword: null,
    },
  };
}
