import type { KeyObject } from 'node:crypto';
import type { Checkpoint } from '../storage/audit-port.ts';
import { type ChainedRecord, chainBegin, hashOf } from './chain.ts';
import { isSignedBy } from './checkpoint.ts';

export type ChainFault = {
  readonly node: string;
  readonly sequence: number;
  readonly what: /** The record is not as it was written. */
    | 'edited'
    /** Records before this one are gone. */
    | 'gap'
    /** It does not follow the one before it: swapped, put in, or everything from here on written anew. */
    | 'out-of-order'
    /** The signature is not of our key, or belongs to another place. */
    | 'forged-checkpoint'
    /** What was signed here is not what is here: written anew after it was signed. */
    | 'rewritten'
    /** It was signed that there were records up to here. */
    | 'cut-off';
};

/** How far one chain was found to be whole. */
export type ChainEnd = {
  readonly node: string;
  readonly records: number;
  /** The last record; of what comes after `signed` nobody but the store itself can tell that it was not cut off. */
  readonly last: number;
  readonly signed: number;
};

export type Verifier = {
  record(record: ChainedRecord): void;
  /** Before or after the record that it stands for, but not thousands of records later. */
  checkpoint(checkpoint: Checkpoint): void;
  /** When everything was told. The faults by chain and place; of each chain the first is where to look. */
  end(): { readonly faults: readonly ChainFault[]; readonly chains: readonly ChainEnd[] };
};

type Chain = {
  sequence: number;
  hash: string;
  records: number;
  signed: number;
  /** Number → hash of the newest: a checkpoint may come behind more than its own record, and a record twice. */
  readonly recent: Map<number, string>;
  /** Signed hashes of records that did not come yet. */
  readonly awaited: Map<number, string>;
  readonly faults: ChainFault[];
};

/** Of a chain that was rewritten every record may be at fault: enough are told to see that. */
const mostFaults = 20;
const mostRecent = 20_000;

/**
 * Verifies chains record by record, in memory that does not grow with them: of each chain the end, and the hashes of its
 * newest records. Records of a chain must come in its order, chains may come mixed.
 */
export function createVerifier(publicKey: KeyObject): Verifier {
  const chains = new Map<string, Chain>();
  const chainOf = (node: string): Chain => {
    const known = chains.get(node);
    if (known) return known;
    const begun = { ...chainBegin, records: 0, signed: 0, recent: new Map(), awaited: new Map(), faults: [] };
    chains.set(node, begun);
    return begun;
  };
  return {
    record(record) {
      const chain = chainOf(record.node);
      // What is sent elsewhere is sent at least once.
      if (chain.recent.get(record.sequence) === record.hash && hashOf(record) === record.hash) return;
      const what = faultOf(chain, record);
      if (what) blame(chain, record, what);
      // From here on it is judged by what it says itself, so that one fault is told once.
      follow(chain, record);
      chain.records += 1;
    },
    checkpoint(checkpoint) {
      const chain = chainOf(checkpoint.node);
      if (!isSignedBy(publicKey, checkpoint)) blame(chain, checkpoint, 'forged-checkpoint');
      else if (checkpoint.kind === 'anchor' && chain.records === 0) begin(chain, checkpoint);
      else sign(chain, checkpoint);
    },
    end() {
      const told = [...chains].sort(([one], [other]) => (one < other ? -1 : 1));
      for (const [node, chain] of told)
        for (const sequence of chain.awaited.keys()) blame(chain, { node, sequence }, 'cut-off');
      return {
        faults: told.flatMap(([, { faults }]) => faults),
        chains: told.map(([node, { records, sequence: last, signed }]) => ({ node, records, last, signed })),
      };
    },
  };
}

function faultOf(chain: Chain, record: ChainedRecord): ChainFault['what'] | null {
  if (record.sequence > chain.sequence + 1) return 'gap';
  if (hashOf(record) !== record.hash) return 'edited';
  return record.sequence !== chain.sequence + 1 || record.previousHash !== chain.hash ? 'out-of-order' : null;
}

function blame(
  chain: Chain,
  { node, sequence }: Pick<ChainFault, 'node' | 'sequence'>,
  what: ChainFault['what'],
): void {
  if (chain.faults.length < mostFaults) chain.faults.push({ node, sequence, what });
}

function follow(chain: Chain, { node, sequence, hash }: ChainedRecord): void {
  const awaited = chain.awaited.get(sequence);
  if (awaited !== undefined && awaited !== hash) blame(chain, { node, sequence }, 'rewritten');
  if (awaited !== undefined) chain.awaited.delete(sequence);
  chain.sequence = Math.max(sequence, chain.sequence);
  chain.hash = hash;
  chain.recent.set(sequence, hash);
  if (chain.recent.size > mostRecent) chain.recent.delete(chain.recent.keys().next().value ?? sequence);
}

/** What an anchor stands for was removed by the rule; what is there of it all the same is not looked at. */
function begin(chain: Chain, { sequence, hash }: Checkpoint): void {
  if (sequence < chain.sequence) return;
  Object.assign(chain, { sequence, hash, signed: sequence });
}

function sign(chain: Chain, { node, sequence, hash }: Checkpoint): void {
  const there = chain.recent.get(sequence) ?? (sequence === chain.sequence ? chain.hash : undefined);
  if (there === undefined && sequence > chain.sequence) chain.awaited.set(sequence, hash);
  else if (there !== undefined && there !== hash) blame(chain, { node, sequence }, 'rewritten');
  chain.signed = Math.max(chain.signed, sequence);
}
