/** Runs once before all suites: unpacks the browser so that parallel workers never race for it. */
import { prepareChromium } from './browser/prepare.ts';

export default async function globalSetup(): Promise<void> {
  await prepareChromium();
}
