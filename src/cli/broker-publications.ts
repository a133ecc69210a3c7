import { createHash } from 'node:crypto';
import { publicJwks } from '../upstream/ftn/keys.ts';
import { entityStatement } from '../upstream/ftn/publications.ts';
import { keysOf } from './broker-keys.ts';
import { BrokerCommandRefused, type NamedBroker } from './on-broker.ts';

/** `avain broker jwks`: our public keys, to paste where a broker asks for them. */
export async function printJwks({ keysFile }: NamedBroker): Promise<void> {
  process.stdout.write(`${JSON.stringify(publicJwks(await keysOf(keysFile)), null, 2)}\n`);
}

/**
 * `avain broker entity-statement`: the statement itself, byte for byte as our address serves it and with no newline, so
 * that it can be written to a file; or the SHA-256 (hex) to read to the broker by another way.
 */
export async function printEntityStatement({ id, keysFile, entity }: NamedBroker, { sha256 = false }): Promise<void> {
  const statement = await entityStatement(await keysOf(keysFile), entity);
  if (statement === null) {
    throw new BrokerCommandRefused(`${keysFile} has no entity key. Add one: avain broker keys create ${id}`);
  }
  process.stdout.write(sha256 ? `${createHash('sha256').update(statement).digest('hex')}\n` : statement);
}
