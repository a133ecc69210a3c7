import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addresses, type DemoAddresses, type DemoEnvironment } from './ports.ts';

/** What every demo program is told: where all of them listen, where data lies, how much to say. */
export type DemoConfig = Readonly<{
  env: DemoEnvironment;
  addresses: DemoAddresses;
  /** Absolute. */
  dataDir: string;
  /** Avain's key secrets and clients' secrets: `<dataDir>/secrets`. */
  secretsDir: string;
  /** The demo programs' own data: `<dataDir>/demo`. */
  demoDir: string;
  verbose: boolean;
}>;

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Reads the environment once. Throws `Error` under NODE_ENV or AVAIN_PROFILE=production: personas with published passwords and a
 * broker that vouches for anybody must never stand beside real accounts.
 */
export function demoConfig(env: DemoEnvironment): DemoConfig {
  for (const name of ['NODE_ENV', 'AVAIN_PROFILE'] as const) {
    if (env[name] !== 'production') continue;
    throw new Error(
      `The demo world does not run with ${name}=production. Unset it, or start Avain alone: npm run serve`,
    );
  }
  const dataDir = resolve(root, env.AVAIN_DATA_DIR || 'data');
  return {
    env,
    addresses: addresses(env),
    dataDir,
    secretsDir: resolve(dataDir, 'secrets'),
    demoDir: resolve(dataDir, 'demo'),
    verbose: env.AVAIN_DEMO_VERBOSE === '1',
  };
}
