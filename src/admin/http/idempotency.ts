/**
 * `Idempotency-Key`: whoever does not know whether a POST arrived sends it again under the same key, and it is done once.
 * The answer is kept for a day, sealed, since it may tell of a person. What was refused was not done, and is tried anew.
 */

import { sha256Base64url } from '../../secrets/sealing.ts';
import type { AdminCall } from '../../storage/rows.ts';
import type { AdminDeps } from '../operation.ts';
import { AdminRefused } from '../refusal.ts';

export type AdminAnswer = { readonly body: unknown; readonly version?: string };

const keptMs = 24 * 3_600_000;
/** A process that was killed in the middle holds a key no longer than this. */
const underWayMs = 60_000;

export type Call = {
  /** By whom: another actor's key is another key. */
  readonly actor: string;
  readonly key: string;
  /** Of all that makes the request what it is. */
  readonly request: readonly string[];
};

/** `replayed`: it was done by an earlier call. @throws AdminRefused */
export async function once(
  { storage, clock, keyring }: Pick<AdminDeps, 'storage' | 'clock' | 'keyring'>,
  { actor, key, request }: Call,
  work: () => Promise<AdminAnswer>,
): Promise<AdminAnswer & { readonly replayed: boolean }> {
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new AdminRefused('malformed', 'Idempotency-Key: 1 to 255 characters.');
  const { adminCalls } = storage;
  const id = sha256Base64url(JSON.stringify([actor, key]));
  const row: AdminCall = { request: sha256Base64url(JSON.stringify(request)), sealedAnswer: null };
  if (!(await adminCalls.insert(id, row, clock.now() + underWayMs))) {
    const before = await adminCalls.get(id);
    if (before && before.request !== row.request) throw new AdminRefused('key-reused');
    if (!before || before.sealedAnswer === null) throw new AdminRefused('under-way');
    // A cast: what is sealed under this name was stringified below.
    const answer = JSON.parse(keyring.open(before.sealedAnswer, id, 'admin')) as AdminAnswer;
    return { ...answer, replayed: true };
  }
  try {
    const answer = await work();
    const sealedAnswer = keyring.seal(JSON.stringify(answer), id, 'admin');
    await adminCalls.put(id, { ...row, sealedAnswer }, clock.now() + keptMs);
    return { ...answer, replayed: false };
  } catch (error) {
    await adminCalls.delete(id);
    throw error;
  }
}
