/** Starts the browser of the tests. */
import { type Browser, chromium } from 'playwright-core';
import { findChromium } from './prepare.ts';

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
