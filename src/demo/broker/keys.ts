import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** The broker's signing key, made at the first start and kept, so that a restart does not look like a key change. */
export async function loadOrCreateKeys(file: string): Promise<{ keys: JWK[] }> {
  try {
    // Our own file, written below.
    return JSON.parse(await readFile(file, 'utf8')) as { keys: JWK[] };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const keys = [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: `demotunnistus-${Date.now()}` }];
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify({ keys }), { mode: 0o600 });
  return { keys };
}
