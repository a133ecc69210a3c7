import type { KeyObject } from 'node:crypto';
import type { Checkpoint } from '../storage/audit-port.ts';
import type { Storage } from '../storage/ports.ts';
import type { ChainedRecord } from './chain.ts';
import { createVerifier, type Verifier } from './verify.ts';

/** One line of what is exported and sent elsewhere. */
export type ChainItem = { readonly record: ChainedRecord } | { readonly checkpoint: Checkpoint };

const page = 500;
const toldEvery = 10_000;

/** Chains that have records, or of which something was signed. */
export async function chainNames({ audit, checkpoints }: Pick<Storage, 'audit' | 'checkpoints'>) {
  return [...new Set([...(await audit.nodes()), ...(await checkpoints.nodes())])].sort();
}

async function* paged<T extends { readonly sequence: number }>(
  read: (after: number) => Promise<readonly T[]>,
  from: number,
): AsyncGenerator<T> {
  for (let after = from; ; ) {
    const rows = await read(after);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < page) return;
    after = last.sequence;
  }
}

/** One chain from where it begins: its anchor, then records, and each checkpoint behind the record that it stands for. */
export async function* storedChain(
  { audit, checkpoints }: Pick<Storage, 'audit' | 'checkpoints'>,
  node: string,
): AsyncGenerator<ChainItem> {
  let anchor: Checkpoint | null = null;
  for await (const one of paged((after) => checkpoints.of(node, 'anchor', after, page), 0)) anchor = one;
  if (anchor) yield { checkpoint: anchor };
  const begin = anchor?.sequence ?? 0;
  const signed = paged((after) => checkpoints.of(node, 'checkpoint', after, page), begin);
  let next = await signed.next();
  for await (const record of paged((after) => audit.chain(node, after, page), begin)) {
    for (; !next.done && next.value.sequence < record.sequence; next = await signed.next())
      yield { checkpoint: next.value };
    yield { record };
  }
  // Of the last record, and of any that are not there.
  for (; !next.done; next = await signed.next()) yield { checkpoint: next.value };
}

/** Verifies every chain as it is stored. `progress` is told now and then how many records were read. */
export async function verifyStored(
  storage: Pick<Storage, 'audit' | 'checkpoints'>,
  publicKey: KeyObject,
  progress: (records: number) => void = () => undefined,
): Promise<ReturnType<Verifier['end']>> {
  const verifier = createVerifier(publicKey);
  let records = 0;
  for (const node of await chainNames(storage)) {
    for await (const item of storedChain(storage, node)) {
      takeItem(verifier, item);
      records += 1;
      if (records % toldEvery === 0) progress(records);
    }
  }
  return verifier.end();
}

export function takeItem(verifier: Verifier, item: ChainItem): void {
  if ('record' in item) verifier.record(item.record);
  else verifier.checkpoint(item.checkpoint);
}
