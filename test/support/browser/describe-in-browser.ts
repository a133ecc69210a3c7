/** Suites that need the browser: skipped, loudly, only where there is none and nobody demanded one. */
import { describe } from '@jest/globals';
import { preparedChromium } from './prepare.ts';

/** `describe` for suites that need the browser. Under `CI` a missing browser fails them; elsewhere it is said aloud. */
export function describeInBrowser(name: string, suite: () => void): void {
  const search = preparedChromium();
  if (search === undefined || 'found' in search || process.env['CI']) {
    describe(name, suite);
    return;
  }
  process.stderr.write(`\nNOT TESTED, no browser: "${name}": ${search.missing}\n`);
  // biome-ignore lint/suspicious/noSkippedTests: the one sanctioned skip; under CI it is a failure instead
  describe.skip(name, suite);
}
