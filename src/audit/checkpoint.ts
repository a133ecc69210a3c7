import { type KeyObject, sign, verify } from 'node:crypto';
import type { Deps } from '../deps.ts';
import type { Instant } from '../ids.ts';
import type { Checkpoint } from '../storage/audit-port.ts';
import type { ChainHead } from './chain.ts';

/** What is signed, byte for byte: docs/audit.md tells it to auditors. */
function signedBytes({ kind, node, sequence, hash, at }: Omit<Checkpoint, 'signature'>): Buffer {
  return Buffer.from(JSON.stringify(['avain-audit-checkpoint/1', kind, node, sequence, hash, at]));
}

/**
 * Signs the end of a chain (Ed25519, RFC 8032). Unlike the hashes, which anybody can compute who can write into the store,
 * this takes the key: from here back nothing can be altered any more. A MAC would do for us, but not for an auditor, who
 * must be able to verify without being able to sign.
 */
export function signedCheckpoint(
  { keyring }: Pick<Deps, 'keyring'>,
  place: Omit<Checkpoint, 'signature' | keyof ChainHead> & ChainHead,
): Checkpoint {
  const { kind, node, sequence, hash, at } = place;
  const own = { kind, node, sequence, hash, at: at satisfies Instant };
  return { ...own, signature: sign(null, signedBytes(own), keyring.auditKey()).toString('base64url') };
}

export function isSignedBy(publicKey: KeyObject, checkpoint: Checkpoint): boolean {
  return verify(null, signedBytes(checkpoint), publicKey, Buffer.from(checkpoint.signature, 'base64url'));
}
