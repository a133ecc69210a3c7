import { join } from 'node:path';
import { allPrefixes, countPrefixes } from '../accounts/breached-passwords.ts';
import { processEnvironment } from '../config/environment.ts';
import { ConfigError } from '../config/faults.ts';
import { loadConfig } from '../config/load.ts';

/** `avain check`: reads everything, writes nothing, lists every fault at once. */
export async function checkConfiguration(): Promise<void> {
  try {
    const config = await loadConfig({
      env: processEnvironment(),
      root: join(import.meta.dirname, '../..'),
      createSecrets: false,
    });
    const names = config.clients.map(({ id }) => id).join(', ');
    process.stdout.write(`The configuration is sound: ${config.issuer} (${config.profile}), clients ${names}.\n`);
    const { breachedDirectory } = config.passwords;
    if (breachedDirectory === null) return;
    const found = await countPrefixes(breachedDirectory);
    process.stdout.write(`Breached passwords: ${found} of ${allPrefixes} prefixes in ${breachedDirectory}.\n`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
