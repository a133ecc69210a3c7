import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '../deps.ts';
import type { Instant } from '../ids.ts';
import type { ChainedRecord } from './chain.ts';
import { signedCheckpoint } from './checkpoint.ts';

type TrimDeps = Pick<Deps, 'storage' | 'keyring' | 'clock'>;

const slice = 200;
const restMs = 20;

/** The last of the records from the front of one chain that are all older. */
async function lastOld({ storage }: TrimDeps, node: string, before: Instant): Promise<ChainedRecord | null> {
  const front = await storage.audit.chain(node, 0, slice);
  const young = front.findIndex(({ at }) => at >= before);
  return (young === -1 ? front : front.slice(0, young)).at(-1) ?? null;
}

/**
 * Removes records older than `before`, from the front of each chain only: what is left still verifies, since the signed
 * anchor that takes their place says what came before. An older one behind a younger one waits for it.
 */
export async function trimAudit(deps: TrimDeps, before: Instant, stopped: () => boolean): Promise<number> {
  const { storage, clock } = deps;
  let removed = 0;
  for (const node of await storage.audit.nodes()) {
    for (let last = await lastOld(deps, node, before); last && !stopped(); last = await lastOld(deps, node, before)) {
      const { sequence, hash } = last;
      const anchor = signedCheckpoint(deps, { kind: 'anchor', node, sequence, hash, at: clock.now() });
      removed += await storage.audit.trim(anchor);
      await sleep(restMs);
    }
  }
  return removed;
}
