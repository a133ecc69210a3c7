/** A suite with one demo world and one browser; what it opens is closed after each test. */
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import type { DemoAddresses } from '../../../src/demo/ports.ts';
import { startWorld, type World, type WorldOptions } from '../start-world.ts';
import { launchChromium } from './chromium.ts';
import { describeInBrowser } from './describe-in-browser.ts';
import { type Watch, watch } from './watch.ts';

export type InWorld = {
  at(): DemoAddresses;
  /** A page of a browser of its own (own cookies), under watch; pictures go to the folder named. */
  open(pictures: string, options?: BrowserContextOptions): Promise<Watch>;
  /** Another tab beside that page. */
  beside(other: Watch, pictures: string): Promise<Watch>;
};

export type InWorldOptions = WorldOptions & { readonly hostResolverRules?: string };

export function describeInWorld(name: string, suite: (tools: InWorld) => void, options: InWorldOptions = {}): void {
  const { hostResolverRules, ...worldOptions } = options;
  describeInBrowser(name, () => {
    let world: World;
    let browser: Browser;
    const opened: BrowserContext[] = [];
    beforeAll(async () => {
      world = await startWorld({ kind: 'demo', ...worldOptions });
      browser = await launchChromium(hostResolverRules === undefined ? {} : { hostResolverRules });
    }, 120_000);
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((context) => context.close()));
    });
    afterAll(async () => {
      await browser?.close();
      await world?.stop();
    });
    suite({
      at: () => world.addresses,
      open: async (pictures, contextOptions = {}) => {
        const context = await browser.newContext(contextOptions);
        opened.push(context);
        return watch(await context.newPage(), { pictures, scripts: contextOptions.javaScriptEnabled !== false });
      },
      beside: async (other, pictures) => watch(await other.page.context().newPage(), { pictures }),
    });
  });
}
