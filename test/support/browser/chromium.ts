/** Starts the browser of the tests, and skips, loudly, only where there is none and nobody demanded one. */
import { describe } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { findChromium, preparedChromium } from './prepare.ts';

export type LaunchOptions = {
  /** Chromium's `--host-resolver-rules`, to give programs on localhost hosts, and so sites, of their own. */
  hostResolverRules?: string;
};

/** A Chromium, headless; the caller closes it. Throws with the reason where there is none. */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  const search = await findChromium();
  if ('missing' in search) throw new Error(`no browser: ${search.missing}`);
  const rules = options.hostResolverRules;
  return chromium.launch({
    executablePath: search.found.path,
    env: { ...process.env, ...search.found.env },
    // Only this: the package's own arguments would switch off the same-origin policy, which is part of what we test.
    args: ['--no-sandbox', ...(rules === undefined ? [] : [`--host-resolver-rules=${rules}`])],
  });
}

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
