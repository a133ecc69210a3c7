/**
 * Which chain this process writes to. A process takes one that nobody holds, and makes one where all are held, so that
 * there are as many chains as there ever were processes at once, and not one more for each start and each command.
 *
 * Holding is a courtesy that spares two processes from taking each other's places: a process that was thought dead and
 * goes on in a chain that has another holder does no harm (audit-chain.ts).
 */
import type { Clock } from '../../deps.ts';
import { type Ask, insertNew, reading, writing } from './connection.ts';
import { newId } from './effects.ts';
import type { Models } from './models.ts';

export type AuditNode = {
  /** The chain's name; takes one, or holds it for longer, where that is due. */
  current(): Promise<string>;
  /** Another process may have it from now on. */
  release(): Promise<void>;
};

const heldMs = 600_000;

export function createAuditNode({ auditNodes }: Models, ask: Ask, clock: Clock): AuditNode {
  const holder = newId();
  let held: { readonly node: string; readonly until: number } | null = null;

  /** Compares, so that of two processes that saw the same free chain one gets it. */
  async function hold(node: string, seen: { readonly holder: string; readonly heldUntil: number }) {
    const until = clock.now() + heldMs;
    const ours = { $set: { holder, heldUntil: until } };
    const { matchedCount } = await ask(() => auditNodes.updateOne({ _id: node, ...seen }, ours, writing));
    if (matchedCount === 1) held = { node, until };
    return matchedCount === 1;
  }

  async function takeFree(): Promise<string | null> {
    const free = await ask(() =>
      auditNodes
        .find({ heldUntil: { $lte: clock.now() } }, null, reading)
        .sort({ _id: 1 })
        .limit(10)
        .exec(),
    );
    for (const { _id, holder: before, heldUntil } of free)
      if (await hold(_id, { holder: before, heldUntil })) return _id;
    return null;
  }

  async function make(): Promise<string> {
    const [node, until] = [newId(), clock.now() + heldMs];
    await insertNew(ask, auditNodes, { _id: node, holder, heldUntil: until });
    held = { node, until };
    return node;
  }

  return {
    async current() {
      if (held && clock.now() < held.until - heldMs / 2) return held.node;
      if (held && (await hold(held.node, { holder, heldUntil: held.until }))) return held.node;
      return (await takeFree()) ?? make();
    },
    async release() {
      if (!held) return;
      const { node } = held;
      const free = { $set: { heldUntil: 0 } };
      await ask(() => auditNodes.updateOne({ _id: node, holder }, free, writing));
      held = null;
    },
  };
}
