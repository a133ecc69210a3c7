/**
 * oidc-provider's models in Redis. A row is judged by itself alone; what leads to rows (a uid, a user code, the rows of a
 * grant or an account) lies under keys of its own, on a cluster on other servers, and may lead to rows that are gone.
 *
 * The entry that leads to a row is written first, then the row. So a row is always found, and a revocation that runs at
 * the same moment is as if it came before. Entries are not taken back with their rows: they end with what they lead to,
 * and until then what is deleted twice is deleted.
 */
import { TemporarilyUnavailable } from '../../errors.ts';
import type { Instant } from '../../ids.ts';
import type { ArtifactIndex, Artifacts, StoredArtifact } from '../expiring-ports.ts';
import { type ArtifactDeps, createNaming, createReads } from './artifact-reads.ts';
import { type ArtifactRow, accountAt, artifactRest, grantAt, newArtifact, uidAt, word } from './artifact-row.ts';
import type { Ask } from './redis-connection.ts';
import { accountKey, consumedKey, destroyedKey, grantKey, isRevocable } from './revocations.ts';
import { type Client, cleanUpSlackMs, run, ttlOf } from './scripts.ts';

export function createArtifacts(deps: ArtifactDeps): Artifacts {
  const { ask, clock, keyPrefix, revocations } = deps;
  const { rowKey, leastFence } = createNaming(deps);
  const { byId, byPointer, ofAccount } = createReads(deps);
  const pointedTo = (model: string, uid: string) => ask((client) => client.get(`${keyPrefix}:u:${model}:${uid}`));
  const revoked = (key: string) => revocations.add([key], clock.now(), clock.now() + deps.longestLifeMs);
  return {
    upsert: createUpsert(deps),
    insert: (model, id, payload, expiresAt) =>
      ask(async (client) => {
        const now = clock.now();
        const row = newArtifact(expiresAt, deps.fence.notBefore, now, artifactRest({}, payload));
        return (
          (await run(client, 'insertRow', rowKey(model, id), now, leastFence(model), ttlOf(expiresAt, now), row)) === 1
        );
      }),
    replace: (model, id, payload) =>
      ask(
        async (client) =>
          (await run(client, 'replacePayload', rowKey(model, id), clock.now(), leastFence(model), payload)) === 1,
      ),
    find: async (model, id) => told(await byId(model, id)),
    findByUid: async (model, uid) => told(await byPointer('u', model, uid, (row) => row.uid)),
    findByUserCode: async (model, code) => told(await byPointer('k', model, code, (row) => row.userCode)),
    consume: createConsume(deps),
    async destroy(model, id) {
      if (isRevocable(model)) await revoked(destroyedKey(model, id));
      await ask((client) => client.del(rowKey(model, id)));
    },
    async destroyByUid(model, uid) {
      const id = await pointedTo(model, uid);
      if (id !== null) await ask((client) => run(client, 'deleteOwned', rowKey(model, id), uidAt, word(uid)));
    },
    async revokeByGrant(model, grantId) {
      if (isRevocable(model)) await revoked(grantKey(grantId));
      const ofModel = (name: string) => name.startsWith(`${model}:`);
      await revokeListed(ask, keyPrefix, `g:${grantId}`, ofModel, [grantAt, word(grantId)]);
    },
    ofAccount: async (model, accountId) => (await ofAccount(model, accountId)).map(({ row }) => row.payload),
    async revokeByAccount(accountId, spared) {
      const id = spared && (await pointedTo(spared.model, spared.uid));
      await revoked(accountKey(accountId));
      const but = id ? `${spared.model}:${id}` : null;
      await revokeListed(ask, keyPrefix, `o:${accountId}`, (name) => name !== but, [accountAt, word(accountId)]);
    },
  };
}

function createConsume(deps: ArtifactDeps): Artifacts['consume'] {
  const { ask, clock, revocations } = deps;
  const { rowKey, leastFence } = createNaming(deps);
  const { byId } = createReads(deps);
  return async (model, id) => {
    const judgedUnder = deps.fence.notBefore;
    if (isRevocable(model)) {
      const row = await byId(model, id);
      if (row === null || row.consumedAt !== null) return false;
      const until = row.expiresAt === null ? clock.now() + deps.longestLifeMs : row.expiresAt + cleanUpSlackMs;
      await revocations.add([consumedKey(model, id)], clock.now(), until);
    }
    // The one step that decides who consumed it; every check before it is advisory.
    const consume = async (client: Client) => {
      // Under another primary the row may be as it was before somebody else consumed it: what we looked up is no answer.
      if (isRevocable(model) && deps.fence.notBefore !== judgedUnder) throw new TemporarilyUnavailable('redis: fence');
      return run(client, 'consumeArtifact', rowKey(model, id), clock.now(), leastFence(model));
    };
    return (await ask(consume)) === 1;
  };
}

const told = (row: ArtifactRow | null): StoredArtifact | null =>
  row && { payload: row.payload, consumedAt: row.consumedAt };

function createUpsert(deps: ArtifactDeps): Artifacts['upsert'] {
  const { ask, clock, fence, keyPrefix } = deps;
  const { rowKey, leastFence } = createNaming(deps);

  /** Starts writing what leads to a row. */
  function lead(client: Client, model: string, id: string, index: ArtifactIndex, expiresAt: Instant | null) {
    const now = clock.now();
    const ttl = expiresAt === null ? '' : ttlOf(expiresAt, now);
    const point = (kind: string, value: string) => {
      const key = `${keyPrefix}:${kind}:${model}:${value}`;
      return ttl === '' ? client.set(key, id) : client.set(key, id, 'PX', ttl);
    };
    const list = (key: string) =>
      run(client, 'indexRow', `${keyPrefix}:${key}`, expiresAt ?? '+inf', `${model}:${id}`, ttl, now - cleanUpSlackMs);
    const { uid, userCode, grantId, accountId } = index;
    return [
      ...(uid === undefined ? [] : [point('u', uid)]),
      ...(userCode === undefined ? [] : [point('k', userCode)]),
      ...(grantId === undefined ? [] : [list(`g:${grantId}`)]),
      ...(accountId === undefined ? [] : [list(`o:${accountId}`)]),
    ];
  }

  return (model, id, payload, index, expiresAt) =>
    ask(async (client) => {
      const leading = lead(client, model, id, index, expiresAt);
      // One server does what one connection asks in its order: one round trip. Those of a cluster do not know of each other.
      if (client.isCluster) await Promise.all(leading);
      const now = clock.now();
      const ttl = expiresAt === null ? '' : ttlOf(expiresAt, now);
      const rest = artifactRest(index, payload);
      const args = [now, leastFence(model), ttl, expiresAt ?? '', fence.notBefore, now, rest];
      await Promise.all([...leading, run(client, 'upsertArtifact', rowKey(model, id), ...args)]);
    });
}

/** Two round trips: the list, then all its rows, each of which must still say that it belongs. */
async function revokeListed(
  ask: Ask,
  keyPrefix: string,
  index: string,
  which: (name: string) => boolean,
  owner: readonly [position: number, value: string],
): Promise<void> {
  const listed = await ask((client) => client.zrangebyscore(`${keyPrefix}:${index}`, '-inf', '+inf'));
  const own = listed.filter(which);
  if (own.length === 0) return;
  await ask((client) => Promise.all(own.map((name) => run(client, 'deleteOwned', `${keyPrefix}:a:${name}`, ...owner))));
}
