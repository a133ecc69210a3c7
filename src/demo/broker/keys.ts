import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { errorCode } from '../error-code.ts';

/** A key pair as private JWK, with the name under which its public half is known. */
export type NamedKey = JWK & { readonly kid: string };

/** The broker's private keys. */
export type BrokerKeys = Readonly<{
  /** Signs tokens. */
  signing: NamedKey;
  /** Takes over while a rotation is simulated. */
  next: NamedKey;
  /** Long-lived: signs the entity statement and the signed JWKS; its public half is what services pin. */
  entity: NamedKey;
  /** Somebody else's: what is signed by it, or encrypted to it, must be refused. */
  stranger: NamedKey;
  /** Epoch seconds; the entity statement is as old, so that its SHA-256 survives a restart. */
  createdAt: number;
}>;

/** Made at the first start and kept, so that a restart does not look like a change of keys. */
export async function loadOrCreateKeys(file: string): Promise<BrokerKeys> {
  try {
    // Our own file, written below.
    return JSON.parse(await readFile(file, 'utf8')) as BrokerKeys;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  const [signing, next, entity, stranger] = await Promise.all([newKey(), newKey(), newKey(), newKey()]);
  const keys: BrokerKeys = { signing, next, entity, stranger, createdAt: Math.floor(Date.now() / 1000) };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}

async function newKey(): Promise<NamedKey> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  return { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: `demotunnistus-${randomUUID()}` };
}

/** The public half alone. */
export function publicHalf({ kty, n, e, use, alg, kid }: NamedKey): JWK {
  return { ...(kty && { kty }), ...(n && { n }), ...(e && { e }), ...(use && { use }), ...(alg && { alg }), kid };
}
