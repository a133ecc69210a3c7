/** Are the chains over the audit records whole? For every suite that kills, races or moves. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { verifyStored } from '../../src/audit/stored-chain.ts';
import type { Storage } from '../../src/storage/ports.ts';
import { testKeyring } from './keyring.ts';

/** Faults, in words. Of checkpoints only those are believed that `signer` has signed: the tests' keyring, or that of real nodes. */
export async function brokenChains(
  storage: Pick<Storage, 'audit' | 'checkpoints'>,
  signer: KeyObject = testKeyring(1).auditKey(),
): Promise<readonly string[]> {
  const { faults } = await verifyStored(storage, createPublicKey(signer));
  return faults.map(({ node, sequence, what }) => `audit chain ${node}: ${what} at ${sequence}`);
}
