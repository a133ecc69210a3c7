import { join } from 'node:path';
import { processEnvironment } from '../config/environment.ts';
import { ConfigError } from '../config/faults.ts';
import { type BrokerSettings, loadBrokers } from '../config/load.ts';
import type { BrokerConfig } from '../upstream/broker-config.ts';
import { entityIdOf, type OwnEntity } from '../upstream/ftn/publications.ts';

/** A command cannot or must not be done; the message is for the operator, as it is. */
export class BrokerCommandRefused extends Error {}

/** One broker of the configuration, as a command works on it. */
export type NamedBroker = Readonly<{
  id: string;
  config: BrokerConfig;
  /** Where our private keys towards it lie, or shall lie. */
  keysFile: string;
  entity: OwnEntity;
  settings: BrokerSettings;
}>;

/**
 * Runs a command on the broker of that name, or of the only name that begins so. Only configuration and key files are
 * read, so it can be run beside a running Avain. What is refused is told in words; exit 1.
 */
export async function onBroker(name: string, command: (broker: NamedBroker) => Promise<void>): Promise<void> {
  try {
    const settings = await loadBrokers({ env: processEnvironment(), root: join(import.meta.dirname, '../..') });
    await command(brokerNamed(name, settings));
  } catch (error) {
    const refusal =
      error instanceof BrokerCommandRefused || error instanceof ConfigError ? error.message : unwritable(error);
    if (refusal === null) throw error;
    process.stderr.write(`${refusal}\n`);
    process.exitCode = 1;
  }
}

const notHere = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR']);

/** Secrets are often mounted so that nobody can write them here: for an operator, without a stack. */
function unwritable(error: unknown): string | null {
  // A cast: an error of the file system; any other has no code and is none of ours.
  const { code = '', path = 'a file' } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  if (!notHere.has(code)) return null;
  return `${path} cannot be used from here (${code}). Work on a copy of the key file and put it in place: a running Avain takes it up.`;
}

function brokerNamed(name: string, settings: BrokerSettings): NamedBroker {
  const known = Object.keys(settings.brokers).sort();
  const found = known.includes(name) ? [name] : known.filter((id) => id.startsWith(name));
  const [id = ''] = found;
  const config = settings.brokers[id];
  const keysFile = settings.keysFiles[id];
  if (found.length !== 1 || !config || keysFile === undefined) {
    const fault = found.length > 1 ? `More than one broker begins with "${name}"` : `There is no broker "${name}"`;
    throw new BrokerCommandRefused(`${fault}. Known: ${known.join(', ') || 'none (brokers: in avain.yaml)'}`);
  }
  const { issuer, organizationName } = settings;
  const redirectUri = new URL(`/upstream/${id}/callback`, issuer).href;
  const entity = { entityId: entityIdOf(issuer, id), redirectUri, organizationName, config };
  return { id, config, keysFile, entity, settings };
}
