/** An Avain that nobody can reach, in memory and with keys of its own, to ask the provider library what it thinks of clients. */
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { buildDeps } from '../build-deps.ts';
import { buildService } from '../build-service.ts';
import { methodOf } from '../config/client-rules.ts';
import { clientSetOf, withOwnClients } from '../config/client-set.ts';
import type { Fault } from '../config/faults.ts';
import type { CheckedClients } from '../config/load.ts';
import type { Secrets } from '../config/schema.ts';
import { Secret } from '../config/secret.ts';
import { libraryFaults } from '../provider/library-faults.ts';

function throwawaySecrets(): Secrets {
  const keys = () => new Secret([randomBytes(32)]);
  return {
    masterKeys: keys(),
    identityIndexKeys: keys(),
    lookupKey: new Secret(randomBytes(32)),
    keyFiles: { master: '', index: '', cookie: '' },
    cookieKeys: [new Secret(randomBytes(32).toString('base64url'))],
    brokerKeysFiles: {},
    webhookSecretFiles: {},
    lazyMigration: null,
    initialAccessToken: null,
    testPerson: null,
    smtpPassword: null,
    mongoPassword: null,
    redisPassword: null,
  };
}

/** For clients that our own rules accept. Touches neither store nor keys of the installation, so it may run at any time. */
export async function judgeAlone({
  around,
  configDir,
  read,
  clientFolders,
  secretOf,
}: CheckedClients): Promise<readonly Fault[]> {
  // A secret that the first start will make is as good as any.
  const made = () => new Secret(randomBytes(32).toString('base64url'));
  const withSecret = read.filter(({ file }) => methodOf(file).startsWith('client_secret'));
  const secrets = new Map(withSecret.map(({ id }) => [id, secretOf.get(id) ?? made()]));
  const { clients, sources } = withOwnClients(clientSetOf(read, around, secrets), around);
  const alone = {
    ...around,
    ...{ configDir, clientFolders, clients, clientSources: sources, secrets: throwawaySecrets() },
    ...{ brokers: {}, rosterRows: [], lazyMigration: null },
    passwords: { ...around.passwords, breachedDirectory: null },
    storage: { ...around.storage, kind: 'sqlite' as const, memory: true },
  };
  const deps = await buildDeps(alone, pino({ level: 'silent' }));
  try {
    const { provider } = await buildService(deps);
    return await libraryFaults(provider, { clients, sources });
  } finally {
    await deps.storage.close();
  }
}
