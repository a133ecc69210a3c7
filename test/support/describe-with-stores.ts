import { describe, test } from '@jest/globals';
import { missingStoreServers } from './store-servers.ts';

/** A suite that needs both servers. */
export function describeWithStores(name: string, suite: () => void): void {
  const missing = missingStoreServers();
  if (missing.length === 0) {
    describe(name, suite);
    return;
  }
  const lacks = `${name}: not run, this machine has no ${missing.join(' and no ')} (.ci/run says how to get them)`;
  if (process.env['CI']) {
    describe(name, () => {
      test('has its servers', () => {
        throw new Error(lacks);
      });
    });
    return;
  }
  process.stderr.write(`\nLEFT OUT: ${lacks}\n`);
  // biome-ignore lint/suspicious/noSkippedTests: said loudly above; a failure under CI
  describe.skip(name, suite);
}
