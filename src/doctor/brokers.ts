import { readFile } from 'node:fs/promises';
import type { BrokerConfig } from '../upstream/broker-config.ts';
import { BrokerUnreachable, createBrokerFetch } from '../upstream/broker-fetch.ts';
import { readMetadata } from '../upstream/broker-metadata.ts';
import { wordsFor } from '../upstream/check/words.ts';
import { parseBrokerKeys, roleOf, stateOf } from '../upstream/ftn/keys.ts';
import {
  bad,
  type ClockReading,
  clockOf,
  type Examination,
  type Examined,
  type Finding,
  good,
  notTried,
} from './examination.ts';

/** Whether each is there, and we have keys towards it. `avain broker check` goes through its duties one by one. */
export async function examineBrokers({ config, clock }: Examination): Promise<Examined> {
  const examined = await Promise.all(
    Object.entries(config.brokers).map(async ([id, broker]): Promise<Examined> => {
      const keys = await keysFinding(id, config.secrets.brokerKeysFiles[id] ?? '');
      const clocks: ClockReading[] = [];
      return {
        findings: [...keys, await metadataFinding(id, broker, (answer) => clocks.push(...clockOf(id, answer, clock)))],
        clocks,
      };
    }),
  );
  return {
    findings: examined.flatMap(({ findings }) => findings),
    clocks: examined.flatMap(({ clocks = [] }) => clocks),
  };
}

async function metadataFinding(id: string, broker: BrokerConfig, heard: (answer: Response) => void): Promise<Finding> {
  const organ = `broker ${id}`;
  if (!broker.enabled)
    return notTried(organ, 'it is switched off', `brokers.${id}.enabled: true when it shall be used`);
  const asked = createBrokerFetch(broker.timeoutSeconds * 1_000);
  try {
    await readMetadata(broker, async (url, options) => {
      const answer = await asked(url, options);
      heard(answer);
      return answer;
    });
    return good(organ, `${broker.issuer} tells where it is and offers what we accept`);
  } catch (error) {
    if (!(error instanceof BrokerUnreachable)) throw error;
    return bad(
      organ,
      `${broker.issuer}: ${wordsFor(error.code)}`,
      `avain broker check ${id} goes through it one by one`,
    );
  }
}

/** Good ones are not worth a line of their own. */
async function keysFinding(id: string, file: string): Promise<readonly Finding[]> {
  const content = await readFile(file, 'utf8').catch(() => '');
  const active = parseBrokerKeys(content)?.keys.filter((key) => stateOf(key) === 'active') ?? [];
  const missing = (['sig', 'enc'] as const).filter((role) => !active.some((key) => roleOf(key) === role));
  if (missing.length === 0) return [];
  const found = `no active key of ours for ${missing.map((role) => (role === 'sig' ? 'signing' : 'decryption')).join(' and ')}`;
  return [bad(`broker ${id}`, found, `avain broker keys list ${id}`)];
}
