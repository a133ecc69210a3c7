import { join } from 'node:path';
import type { DemoConfig } from '../demo-config.ts';
import type { DemoAddress } from '../ports.ts';
import type { DialectRules, SimulatedDialect } from './dialect-rules.ts';
import { dialects } from './dialects.ts';

/** How tokens are encrypted to Avain. */
export type Encryption = Readonly<{
  alg: (typeof keyEncryptions)[number];
  enc: (typeof contentEncryptions)[number];
}>;

/** Everything the simulated broker is told from outside. */
export type BrokerSettings = Readonly<{
  address: DemoAddress;
  /** Avain as browsers know it: where its callback is. */
  avainOrigin: string;
  /** The folder of Avain's public keys towards this broker; asked for by this program, so by the loopback name. */
  avainKeys: string;
  /** Where the broker's own keys are kept from one start to the next. */
  keysFile: string;
  dialect: DialectRules;
  encryption: Encryption;
}>;

/**
 * Reads `AVAIN_DEMO_BROKER_DIALECT` (telia, op, idura, signicat) and `AVAIN_DEMO_BROKER_JWE` (`ECDH-ES/A256GCM`; default:
 * what the dialect does). Throws `Error` naming the variable and what it may be.
 */
export function brokerSettings({ env, addresses, demoDir }: DemoConfig): BrokerSettings {
  const name = env.AVAIN_DEMO_BROKER_DIALECT || 'telia';
  if (!isDialect(name)) {
    throw new Error(`AVAIN_DEMO_BROKER_DIALECT=${name}: expected one of ${Object.keys(dialects).join(', ')}`);
  }
  const dialect = dialects[name];
  return {
    address: addresses.broker,
    avainOrigin: addresses.avain.origin,
    avainKeys: `http://localhost:${addresses.avain.port}/upstream/demotunnistus`,
    keysFile: join(demoDir, 'demotunnistus-keys.json'),
    dialect,
    encryption: env.AVAIN_DEMO_BROKER_JWE ? encryptionOf(env.AVAIN_DEMO_BROKER_JWE) : dialect.encryption,
  };
}

function isDialect(name: string): name is SimulatedDialect {
  return Object.hasOwn(dialects, name);
}

const keyEncryptions = ['RSA-OAEP', 'RSA-OAEP-256', 'ECDH-ES'] as const;
const contentEncryptions = ['A128CBC-HS256', 'A128GCM', 'A256CBC-HS512', 'A256GCM'] as const;

function encryptionOf(text: string): Encryption {
  const [first, second] = text.split('/');
  const alg = keyEncryptions.find((each) => each === first);
  const enc = contentEncryptions.find((each) => each === second);
  if (!alg || !enc) throw new Error(`AVAIN_DEMO_BROKER_JWE=${text}: expected the form RSA-OAEP/A128CBC-HS256`);
  return { alg, enc };
}
