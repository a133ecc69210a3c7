import type { Deps } from '../deps.ts';
import type { Instant } from '../ids.ts';
import type { Checkpoint } from '../storage/audit-port.ts';
import { type ChainedRecord, chainBegin } from './chain.ts';
import { signedCheckpoint } from './checkpoint.ts';
import { type ChainItem, chainNames, storedChain } from './stored-chain.ts';

type ExportDeps = Pick<Deps, 'storage' | 'keyring' | 'clock'>;
/** `from` <= at < `to`; null = everything. */
export type ExportRange = { readonly from: Instant; readonly to: Instant | null; readonly node: string | null };

/**
 * What an auditor takes along: of each chain a stretch without a gap, between two signed ends, so that the file verifies
 * by itself. It begins at the first record of the time, and ends before the first that is later.
 */
export async function* exportedItems(deps: ExportDeps, range: ExportRange): AsyncGenerator<ChainItem> {
  const names = await chainNames(deps.storage);
  for (const node of names.filter((name) => range.node === null || name === range.node))
    yield* stretch(deps, node, range);
}

async function* stretch(deps: ExportDeps, node: string, { from, to }: ExportRange): AsyncGenerator<ChainItem> {
  const signed = (kind: Checkpoint['kind'], { sequence, hash }: Pick<ChainedRecord, 'sequence' | 'hash'>) => ({
    checkpoint: signedCheckpoint(deps, { kind, node, sequence, hash, at: deps.clock.now() }),
  });
  let before: Pick<ChainedRecord, 'sequence' | 'hash'> = chainBegin;
  let last: ChainedRecord | null = null;
  for await (const item of storedChain(deps.storage, node)) {
    if ('checkpoint' in item) {
      if (last === null) before = item.checkpoint;
      else yield item;
      continue;
    }
    const { record } = item;
    if (to !== null && record.at >= to) break;
    if (last === null && record.at < from) {
      before = record;
      continue;
    }
    // What comes before is not in the file: the same as if it had been removed.
    if (last === null && before.sequence > 0) yield signed('anchor', before);
    yield item;
    last = record;
  }
  if (last) yield signed('checkpoint', last);
}
