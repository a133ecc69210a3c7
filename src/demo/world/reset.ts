import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoConfig } from '../demo-config.ts';
import { errorCode } from '../error-code.ts';
import { assertPortFree } from '../loopback.ts';
import { lockHolder } from './lock.ts';

// Something of these lies in every data folder of ours; a folder without any may be somebody's home.
const ours = ['avain.db', 'expiring.db', 'secrets', 'demo', 'world.lock'];

/**
 * Empties the data folder, secrets included, so that the next start seeds it afresh. Throws `Error` while the world
 * (or Avain alone) runs, and when the folder does not look like Avain's.
 */
export async function resetWorld({ dataDir, addresses }: DemoConfig): Promise<void> {
  const holder = lockHolder(dataDir);
  if (holder !== undefined) {
    throw new Error(`The demo world runs (process ${holder}): stop it first, then reset`);
  }
  await assertPortFree(addresses.avain).catch((error: unknown) => {
    throw new Error(`Something listens on Avain's port ${addresses.avain.port}: stop it first, then reset`, {
      cause: error,
    });
  });
  const entries = entriesOf(dataDir);
  if (entries.length > 0 && !entries.some((entry) => ours.includes(entry))) {
    throw new Error(`${dataDir} does not look like a data folder of Avain: nothing was removed`);
  }
  for (const entry of entries) rmSync(join(dataDir, entry), { recursive: true, force: true });
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
