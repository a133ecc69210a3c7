/** Token signing keys: generated at first start, kept sealed under the master key (rotation comes with the operators' issue). */
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Deps } from '../deps.ts';

/** ES256 first: the library signs with the first key that fits. RS256 (RFC 7518 3.3) for clients that know nothing else. */
const algorithms = ['ES256', 'RS256'] as const;

export async function loadSigningKeys({
  storage,
  keyring,
  clock,
  random,
}: Pick<Deps, 'storage' | 'keyring' | 'clock' | 'random'>) {
  if ((await storage.signingKeys.all()).length === 0) {
    const jwks: JWK[] = [];
    for (const alg of algorithms) {
      const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
      jwks.push({ ...(await exportJWK(privateKey)), alg, use: 'sig', kid: random.bytes(9).toString('base64url') });
    }
    // One row with all keys of the first set: of several starting nodes exactly one set wins.
    const kid = String(jwks[0]?.kid);
    const sealedJwk = keyring.seal(JSON.stringify(jwks), kid, 'signing-key');
    await storage.signingKeys.insertFirst({ kid, sealedJwk, createdAt: clock.now() });
  }
  const rows = await storage.signingKeys.all();
  // A cast: only the lines above write what opens under this purpose.
  return rows.flatMap(({ kid, sealedJwk }) => JSON.parse(keyring.open(sealedJwk, kid, 'signing-key')) as JWK[]);
}
