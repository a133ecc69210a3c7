import { join } from 'node:path';
import type { EncryptionAlgValues, EncryptionEncValues } from 'oidc-provider';
import type { DemoConfig } from '../demo-config.ts';
import type { DemoAddress } from '../ports.ts';

/** How real brokers differ in what they send: `telia` by attribute OIDs, `op` by plain names. */
export type SimulatedDialect = 'telia' | 'op';

export type Encryption = Readonly<{ alg: EncryptionAlgValues; enc: EncryptionEncValues }>;

/** Everything the simulated broker is told from outside. */
export type BrokerSettings = Readonly<{
  address: DemoAddress;
  /** Avain as browsers know it: where its callback is. */
  avainOrigin: string;
  /** Avain's public keys towards this broker; asked for by this program itself, so always by the loopback name. */
  avainKeys: string;
  /** Where the broker's own signing key is kept from one start to the next. */
  keysFile: string;
  dialect: SimulatedDialect;
  /** How ID tokens are encrypted to Avain. */
  encryption: Encryption;
}>;

/** Reads `AVAIN_DEMO_BROKER_DIALECT` (telia, op) and `AVAIN_DEMO_BROKER_JWE` (`RSA-OAEP/A128CBC-HS256`). */
export function brokerSettings({ env, addresses, demoDir }: DemoConfig): BrokerSettings {
  const dialect = env.AVAIN_DEMO_BROKER_DIALECT || 'telia';
  if (dialect !== 'telia' && dialect !== 'op') {
    throw new Error(`AVAIN_DEMO_BROKER_DIALECT=${dialect}: expected telia or op`);
  }
  return {
    address: addresses.broker,
    avainOrigin: addresses.avain.origin,
    avainKeys: `http://localhost:${addresses.avain.port}/upstream/demotunnistus/jwks`,
    keysFile: join(demoDir, 'broker-keys.json'),
    dialect,
    encryption: encryptionOf(env.AVAIN_DEMO_BROKER_JWE),
  };
}

const keyEncryptions = ['RSA-OAEP', 'RSA-OAEP-256'] as const;
const contentEncryptions = ['A128CBC-HS256', 'A128GCM', 'A256CBC-HS512', 'A256GCM'] as const;

function encryptionOf(text = ''): Encryption {
  const [first, second] = (text || 'RSA-OAEP/A128CBC-HS256').split('/');
  const alg = keyEncryptions.find((each) => each === first);
  const enc = contentEncryptions.find((each) => each === second);
  if (!alg || !enc) throw new Error(`AVAIN_DEMO_BROKER_JWE=${text}: expected the form RSA-OAEP/A128CBC-HS256`);
  return { alg, enc };
}
