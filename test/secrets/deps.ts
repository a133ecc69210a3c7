import { randomBytes, randomInt } from 'node:crypto';
import { limitsSchema, livesSchema } from '../../src/config/policy-schema.ts';
import type { Config } from '../../src/config/schema.ts';
import { testKeyring } from '../support/keyring.ts';
import { openTestStorage, testClock } from '../support/storage.ts';

/** The parts of `Deps` that secrets need, over a real store in memory and a clock that tests move; production's limits. */
export async function codeDeps() {
  const clock = testClock();
  const storage = await openTestStorage(clock);
  // A cast: only these parts of the configuration are read here.
  const config = { limits: limitsSchema.parse({}), lives: livesSchema.parse({}) } as unknown as Config;
  const keyring = testKeyring(5);
  const random = { bytes: randomBytes, int: randomInt };
  return { clock, deps: { clock, storage, config, keyring, random } };
}
