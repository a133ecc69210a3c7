import type { Deps } from '../deps.ts';
import type { SigningKeySet } from '../storage/signing-key-port.ts';
import { type Cause, type ChangedSet, firstSet, type NewKey } from './key-set.ts';
import type { SigningAlg } from './signer.ts';

export type KeyChangeDeps = Pick<Deps, 'storage' | 'clock' | 'random' | 'keySource'>;

/** Other nodes change the set seldom: whoever loses so often has met a fault. */
const mostTries = 10;

export function newKeys({ random, keySource }: KeyChangeDeps, algs: readonly SigningAlg[]): Promise<NewKey[]> {
  return Promise.all(
    algs.map(async (alg) => {
      // In hex: a name that is typed, and never begins like an option.
      const kid = random.bytes(8).toString('hex');
      return { kid, alg, ...(await keySource.create(kid, alg)) };
    }),
  );
}

/** Of several starting nodes one stores its keys, and those of the others were never seen. */
export async function storeFirst({ storage, clock }: KeyChangeDeps, made: readonly NewKey[]): Promise<void> {
  const { set, audit } = firstSet(made, { now: clock.now(), why: 'the first' });
  await storage.signingKeys.replace(set, audit);
}

/**
 * Changes the set by comparing: `change` is given what is stored, maybe several times, and null leaves it. Resolves to what
 * is stored afterwards, null where `change` wanted nothing. Private parts that the change ended are destroyed.
 */
export async function changeKeySet(
  { storage, keySource }: KeyChangeDeps,
  change: (set: SigningKeySet) => ChangedSet | null,
): Promise<SigningKeySet | null> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const before = await storage.signingKeys.read();
    if (!before) throw new Error('there are no signing keys');
    const wanted = change(before);
    if (wanted === null) return null;
    if (!(await storage.signingKeys.replace(wanted.set, wanted.audit))) continue;
    const kept = new Set(wanted.set.keys.flatMap(({ kid, handle }) => (handle === null ? [] : [kid])));
    for (const { kid, handle } of before.keys)
      if (handle !== null && !kept.has(kid)) await keySource.destroy(kid, handle);
    return wanted.set;
  }
  throw new Error('the signing keys change all the time');
}

export const at = ({ clock }: Pick<Deps, 'clock'>, cause: Cause) => ({ ...cause, now: clock.now() });
