import type { Deps } from '../deps.ts';
import type { KeyNodes } from '../storage/rows.ts';
import type { Schedule } from './schedule.ts';

type NodeDeps = Pick<Deps, 'storage' | 'clock'>;

/** One row for all nodes: there are few of them, and they report seldom. */
const row = 'nodes';

const alive = ({ nodes }: KeyNodes, now: number): KeyNodes['nodes'] =>
  Object.fromEntries(Object.entries(nodes).filter(([, { until }]) => until > now));

/** Says that this node serves with the set of that version; `version` null: that it serves no more. */
export async function reportNode(
  { storage, clock }: NodeDeps,
  { aliveMs }: Schedule,
  node: string,
  version: number | null,
): Promise<void> {
  const now = clock.now();
  const changedRow = (known: KeyNodes): KeyNodes => {
    const { [node]: _own, ...others } = alive(known, now);
    return { ...known, nodes: version === null ? others : { ...others, [node]: { version, until: now + aliveMs } } };
  };
  // The row outlives its nodes: `since` tells how long everybody could have reported.
  const expiresAt = now + 10 * aliveMs;
  const change = (known: KeyNodes) => ({ value: changedRow(known), expiresAt });
  if (await storage.keyNodes.update(row, change)) return;
  if (await storage.keyNodes.insert(row, changedRow({ since: now, nodes: {} }), expiresAt)) return;
  await storage.keyNodes.update(row, change);
}

export type Loaded = { readonly live: number; readonly loaded: number };

/** How many nodes are alive, and how many of them serve with this version or a later one. */
export async function loadedBy({ storage, clock }: NodeDeps, version: number): Promise<Loaded> {
  const known = await storage.keyNodes.get(row);
  const live = known ? Object.values(alive(known, clock.now())) : [];
  return { live: live.length, loaded: live.filter((node) => node.version >= version).length };
}

/** True if every live node has it. Not while the row is too young for all of them to be in it: it may have been lost. */
export async function everyNodeHas(deps: NodeDeps, { aliveMs }: Schedule, version: number): Promise<boolean> {
  const known = await deps.storage.keyNodes.get(row);
  if (!known || deps.clock.now() < known.since + aliveMs) return false;
  const { live, loaded } = await loadedBy(deps, version);
  return live > 0 && live === loaded;
}
