/** Keys that Avain never holds: a source of another kind behind the same port, here a folder of PEM files. */
import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { changeKeySet, newKeys } from '../../src/signing-keys/change-set.ts';
import { withPending, withRevoked } from '../../src/signing-keys/key-set.ts';
import { makeKeyPair, signWith } from '../../src/signing-keys/local-signing.ts';
import { loadServedKeys } from '../../src/signing-keys/served-keys.ts';
import { type KeySource, publicJwkOf, type Signer } from '../../src/signing-keys/signer.ts';
import { type KeyDeps, startOn, writeKeys } from '../keys/installation.ts';
import { openTestStorage, testClock } from '../support/storage.ts';

/** As a device with keys would: the handle is only the name under which it knows the key. */
function pemFiles(folder: string): KeySource {
  const fileOf = (handle: string) => join(folder, `${handle}.pem`);
  return {
    async create(kid, alg) {
      const jwk = await makeKeyPair(alg);
      const pem = createPrivateKey({ key: jwk, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' });
      await writeFile(fileOf(`key-${kid}`), pem, { mode: 0o600 });
      return { publicJwk: publicJwkOf(jwk), handle: `key-${kid}` };
    },
    async open({ kid, alg, publicJwk, handle }) {
      const jwk: JsonWebKey = createPrivateKey(await readFile(fileOf(handle))).export({ format: 'jwk' });
      return { kid, alg, publicJwk, sign: signWith(jwk, alg) };
    },
    destroy: (_kid, handle) => rm(fileOf(handle), { force: true }),
    resealed: () => null,
  };
}

let folder: string;
let deps: KeyDeps;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'avain-elsewhere-'));
  const clock = testClock();
  await writeKeys(folder);
  const all = await startOn(folder, await openTestStorage(clock), clock);
  deps = { ...all, keySource: pemFiles(folder) };
});
afterEach(async () => {
  await deps.storage.close();
  rmSync(folder, { recursive: true });
});

const pems = () => readdirSync(folder).filter((name) => name.endsWith('.pem'));

/** A JWS as the library makes one of what a signer gives. */
async function signed({ alg, kid, sign }: Signer): Promise<string> {
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const data = `${encoded({ alg, kid })}.${encoded({ sub: 'somebody' })}`;
  return `${data}.${Buffer.from(await sign(Buffer.from(data))).toString('base64url')}`;
}

test('every algorithm signs by it, the store has no private part, and a revoked key is destroyed where it lies', async () => {
  const served = await loadServedKeys(deps);
  const keys = served.published.map(({ kid, alg, publicJwk }) => ({ ...publicJwk, kid, alg }));
  const jwks = createLocalJWKSet({ keys } as unknown as JSONWebKeySet);
  for (const signer of served.signers) {
    const { protectedHeader } = await compactVerify(await signed(signer), jwks);
    expect(protectedHeader).toEqual({ alg: signer.alg, kid: signer.kid });
  }
  expect(served.signers.map(({ alg }) => alg).toSorted()).toEqual(['ES256', 'PS256', 'RS256']);
  const stored = await deps.storage.signingKeys.read();
  expect(stored?.keys.map(({ handle }) => handle)).toEqual(stored?.keys.map(({ kid }) => `key-${kid}`));
  expect(pems()).toHaveLength(3);

  const [made] = await newKeys(deps, ['ES256']);
  if (!made) throw new Error('no key was made');
  const at = { now: 1, why: 'a test' };
  await changeKeySet(deps, (set) => withPending(set, made, at));
  const [first] = served.signers;
  await changeKeySet(deps, (set) => withRevoked(set, first?.kid ?? '', null, at));
  expect(pems()).toHaveLength(3);
  expect(pems()).not.toContain(`key-${first?.kid}.pem`);
  expect((await loadServedKeys(deps)).signers.map(({ kid }) => kid)).toContain(made.kid);
});

test('a process that cannot reach a key that signs, or is the next to, says so and serves nothing', async () => {
  await loadServedKeys(deps);
  const [name = ''] = pems();
  rmSync(join(folder, name));
  await expect(loadServedKeys(deps)).rejects.toThrow('ENOENT');
});
