import type { Deps } from '../deps.ts';
import { startWorker, type Worker } from '../worker.ts';
import { type ChainedRecord, type ChainHead, chainBegin, hashOf } from './chain.ts';
import { signedCheckpoint } from './checkpoint.ts';

type CheckpointDeps = Pick<Deps, 'storage' | 'keyring' | 'clock' | 'log'>;

/** A minute at most passes between a record and its checkpoint (security.md §4), or so many records. */
const oldestUnsignedMs = 50_000;
const mostUnsigned = 1_000;
const lookEveryMs = 10_000;
const lease = 'audit-checkpoints|lease';
/** Longer than a look takes; a node that dies meanwhile delays the next look by so much. */
const leaseMs = 30_000;

export type Checkpointing = {
  /** Signs what is not signed yet, of whichever node, if it is old or much enough, or `now`. Resolves to how many records. */
  look(now?: boolean): Promise<number>;
};

/**
 * Signs the ends of all chains, those of nodes that died and of commands too. What is about to be signed is verified from
 * the last checkpoint on: a chain that was altered since is not signed over, but told to the log, once.
 */
export function createCheckpointing(deps: CheckpointDeps): Checkpointing {
  const { storage, clock } = deps;
  const signOne = createSignOne(deps);
  const altered = new Set<string>();

  /** Of each chain the last signed record; nothing more is read of one that was altered. */
  async function signedEnds(): Promise<ReadonlyMap<string, ChainHead>> {
    const nodes = (await storage.audit.nodes()).filter((node) => !altered.has(node));
    const ends = nodes.map(async (node) => [node, (await storage.checkpoints.newest(node)) ?? chainBegin] as const);
    return new Map(await Promise.all(ends));
  }

  return {
    async look(now = false) {
      for (let signed = 0; ; ) {
        const ends = await signedEnds();
        const { records } = await scanBehind(deps, ends, altered);
        const [oldest] = records;
        const due = now || records.length >= mostUnsigned || (oldest && clock.now() - oldest.at >= oldestUnsignedMs);
        if (!oldest || !due) return signed;
        for (const [node, own] of Map.groupBy(records, (record) => record.node)) {
          if (!(await signOne(node, ends.get(node) ?? chainBegin, own))) altered.add(node);
        }
        signed += records.length;
      }
    },
  };
}

function scanBehind({ storage }: CheckpointDeps, ends: ReadonlyMap<string, ChainHead>, altered: ReadonlySet<string>) {
  const behind = [...ends].map(([node, { sequence }]) => [node, sequence] as const);
  const nothing = [...altered].map((node) => [node, Number.MAX_SAFE_INTEGER] as const);
  return storage.audit.scan(Object.fromEntries([...behind, ...nothing]), mostUnsigned);
}

/** False if the chain was altered; what comes before that is signed. */
function createSignOne(deps: CheckpointDeps) {
  const { storage, clock, log } = deps;
  return async (node: string, from: ChainHead, records: readonly ChainedRecord[]): Promise<boolean> => {
    let end = from;
    let wrong: ChainedRecord | null = null;
    for (const record of records) {
      if (record.previousHash !== end.hash || hashOf(record) !== record.hash) wrong = record;
      if (wrong) break;
      end = record;
    }
    const { sequence, hash } = end;
    const place = { kind: 'checkpoint', node, sequence, hash, at: clock.now() } as const;
    if (sequence > from.sequence) await storage.checkpoints.add(signedCheckpoint(deps, place));
    // Where the rule of retention has removed the front meanwhile, it only seems so.
    else if (wrong && (await storage.checkpoints.newest(node))?.sequence !== (from.sequence || undefined)) return true;
    if (wrong)
      log.error({ node, sequence: wrong.sequence }, 'the audit log was altered; avain audit verify tells more');
    return wrong === null;
  };
}

/** Looks now and then, one node at a time. `stop` signs what is left, so that a node that leaves leaves nothing unsigned. */
export function startCheckpoints(deps: CheckpointDeps): Worker {
  const { look } = createCheckpointing(deps);
  const { limits } = deps.storage;
  const failed = 'the audit log cannot be signed';
  const work = { log: deps.log, pauseMs: lookEveryMs, failed, recovered: 'the audit log is signed again' };
  const worker = startWorker(work, async () => {
    if ((await limits.hit(lease, leaseMs)).count > 1) return;
    await look().finally(() => limits.forget(lease));
  });
  return {
    async stop() {
      await worker.stop();
      await look(true).catch(() => undefined);
    },
  };
}
