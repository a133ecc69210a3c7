/** Avain's side of each dialect: the shipped configuration of that broker, changed only where a test world must. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { SimulatedDialect } from '../../../src/demo/broker/dialect-rules.ts';
import { loadOrCreateKeys } from '../../../src/demo/broker/keys.ts';
import { entityStatement } from '../../../src/demo/broker/publication.ts';
import { brokerSettings } from '../../../src/demo/broker/settings.ts';
import { demoConfig } from '../../../src/demo/demo-config.ts';
import { type OwnConfig, ownConfig } from '../../support/own-config.ts';

const statementFile = 'brokers/demotunnistus-entity-statement.jwt';
const testLevel = 'http://ftn.ficora.fi/2017/loatest';

// Where the broker states levels, it states test levels; loatest3 is not believed, since nobody asked for it.
const testLevels = {
  request: [`${testLevel}2`],
  requestHigh: [`${testLevel}3`],
  accept: { [`${testLevel}2`]: 'substantial' },
};

const changed: Readonly<Record<SimulatedDialect, Readonly<Record<string, unknown>>>> = {
  telia: { acr: testLevels },
  op: { acr: testLevels, entityStatement: { file: statementFile } },
  idura: { request: { mode: 'par-jar' } },
  // The simulator keeps the person's data out of the ID token.
  signicat: { userInfo: 'nested' },
};

/** A copy of the shipped configuration in which the demo broker is one of this dialect. */
export async function configFor(dialect: SimulatedDialect): Promise<OwnConfig> {
  const broker = {
    file: `brokers/${dialect}.yaml`,
    issuer: 'http://localhost:3400',
    clientId: 'avain',
    allowArtificialCodes: true,
    ...changed[dialect],
  };
  const section = stringify({ brokers: { demotunnistus: broker } });
  return ownConfig((yaml) => yaml.replace(/^brokers:\n(?: .*\n|\n)*/m, `${section}\n`));
}

/** The broker's keys before its first start, so that its entity statement can be exchanged by hand, as OP wants it. */
export async function exchangeStatement(config: OwnConfig, env: Readonly<Record<string, string>>): Promise<void> {
  const settings = brokerSettings(demoConfig({ ...env, NODE_ENV: 'test' }));
  const keys = await loadOrCreateKeys(settings.keysFile);
  await mkdir(join(config.dir, 'brokers'), { recursive: true });
  await writeFile(join(config.dir, statementFile), await entityStatement(settings, keys, null));
}
