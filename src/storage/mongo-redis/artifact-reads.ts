/** The ways to find an artifact. Whatever leads to a row, the row itself is judged: its end, its fence, its revocation. */
import type { Clock } from '../../deps.ts';
import type { Instant } from '../../ids.ts';
import { type ArtifactRow, parseArtifact } from './artifact-row.ts';
import type { FenceWatch } from './fence.ts';
import type { Ask } from './redis-connection.ts';
import { fateOf, isRevocable, type Revocations } from './revocations.ts';
import { type Client, run } from './scripts.ts';

export type ArtifactDeps = {
  readonly ask: Ask;
  readonly clock: Clock;
  readonly fence: Pick<FenceWatch, 'notBefore' | 'restored'>;
  readonly revocations: Revocations;
  /** How long a grant or a refresh token lives at most. */
  readonly longestLifeMs: number;
  readonly keyPrefix: string;
};

type FoundRow = { readonly id: string; readonly row: ArtifactRow };

export function createNaming({ fence, keyPrefix }: ArtifactDeps) {
  return {
    rowKey: (model: string, id: string) => `${keyPrefix}:a:${model}:${id}`,
    /** What has no say after a fence is named; whatever is not, is refused when it is older. */
    leastFence: (model: string): Instant => {
      // That something was used holds for ever.
      if (model === 'ReplayDetection') return 0;
      return isRevocable(model) || model === 'Client' ? fence.restored : fence.notBefore;
    },
  };
}

/** What a stored text says at `now`, after its fence and its revocation have had their say; null = nothing usable. */
export async function judgedArtifact(
  deps: ArtifactDeps,
  model: string,
  id: string,
  stored: string | null,
  now: Instant,
): Promise<ArtifactRow | null> {
  const row = parseArtifact(stored, now, createNaming(deps).leastFence(model));
  if (row === null || !isRevocable(model) || row.fence >= deps.fence.notBefore) return row;
  const fate = await fateOf(deps.revocations, { ...row, model, id });
  return fate.gone ? null : { ...row, consumedAt: row.consumedAt ?? fate.consumedAt };
}

export function createReads(deps: ArtifactDeps) {
  const { ask, clock, keyPrefix } = deps;
  const { rowKey } = createNaming(deps);
  const judged = (model: string, id: string, stored: string | null) =>
    judgedArtifact(deps, model, id, stored, clock.now());

  /** One round trip to one server; to a cluster two, which may be two servers. */
  async function follow(
    client: Client,
    model: string,
    pointer: string,
  ): Promise<readonly [string, string | null] | null> {
    if (client.isCluster) {
      const id = await client.get(pointer);
      return id === null ? null : [id, await client.get(rowKey(model, id))];
    }
    // A cast: what the script answers.
    return (await run(client, 'followPointer', pointer, rowKey(model, ''))) as [string, string | null] | null;
  }

  return {
    byId: async (model: string, id: string) => judged(model, id, await ask((client) => client.get(rowKey(model, id)))),

    /** The row that was written last under a key of its own; it must still say so itself. */
    async byPointer(kind: 'u' | 'k', model: string, value: string, said: (row: ArtifactRow) => string) {
      const found = await ask((client) => follow(client, model, `${keyPrefix}:${kind}:${model}:${value}`));
      const row = found && (await judged(model, ...found));
      return row && said(row) === value ? row : null;
    },

    /** In the order in which they were first written. */
    async ofAccount(model: string, accountId: string): Promise<readonly FoundRow[]> {
      const index = `${keyPrefix}:o:${accountId}`;
      const listed = await ask((client) => client.zrangebyscore(index, `(${clock.now()}`, '+inf'));
      const ids = listed.filter((name) => name.startsWith(`${model}:`)).map((name) => name.slice(model.length + 1));
      const stored = await ask((client) => Promise.all(ids.map((id) => client.get(rowKey(model, id)))));
      const rows = await Promise.all(ids.map((id, at) => judged(model, id, stored[at] ?? null)));
      return ids
        .flatMap((id, at) => (rows[at]?.accountId === accountId ? [{ id, row: rows[at] }] : []))
        .sort((a, b) => a.row.createdAt - b.row.createdAt);
    },
  };
}
