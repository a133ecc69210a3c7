import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '../deps.ts';
import { type Loaded, loadedBy } from './nodes.ts';

const lookEveryMs = 100;
/** Twice what every live node needs (rotation.ts). */
const patienceMs = 10_000;

/** Waits until every live node serves with this version, or for ten seconds. */
export async function untilNodesHave(
  deps: Pick<Deps, 'storage' | 'clock'>,
  version: number,
): Promise<Loaded & { readonly seconds: number }> {
  const begun = performance.now();
  for (;;) {
    const found = await loadedBy(deps, version);
    const seconds = (performance.now() - begun) / 1000;
    if (found.live === found.loaded || seconds * 1000 > patienceMs) return { ...found, seconds };
    await sleep(lookEveryMs);
  }
}
