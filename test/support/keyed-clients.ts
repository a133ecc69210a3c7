/** Clients that prove themselves by keys of this run, beside the test clients; their files lie in a folder of their own. */
import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { noListener } from './stories.ts';

export type KeyedClients = {
  /** For AVAIN_CLIENTS_DIR. */
  readonly dir: string;
  /** Signs what the clients send (ES256). */
  readonly key: { readonly key: CryptoKey; readonly kid: string };
  /** Opens what is encrypted to them (ECDH-ES). */
  readonly opens: { readonly key: CryptoKey; readonly kid: string; readonly alg: string };
  /** Signed by the clients' key for the header's `alg` (ES256, else RSA), whatever it says. */
  sign(claims: Readonly<Record<string, unknown>>, header?: Record<string, unknown>): Promise<string>;
  remove(): Promise<void>;
};

const common = { name: 'Testi', party: 'first', type: 'confidential', demo: true };
const pages = {
  redirectUris: [`${noListener}/callback`],
  startUrl: `${noListener}/start`,
  scopes: ['openid', 'email'],
};

/** Each with the keys of this run, unless its file brings its own; without `pages: false` people can sign in to it. */
export async function keyedClients(
  files: Readonly<Record<string, Readonly<Record<string, unknown>> & { readonly pages?: false }>>,
): Promise<KeyedClients> {
  const dir = await mkdtemp(join(tmpdir(), 'avain-clients-'));
  await cp(join(import.meta.dirname, 'clients'), dir, { recursive: true });
  const [signing, opening] = [await generateKeyPair('ES256'), await generateKeyPair('ECDH-ES')];
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwks: { keys: JWK[] } = {
    keys: [
      { ...(await exportJWK(signing.publicKey)), alg: 'ES256', use: 'sig', kid: 'sig' },
      { ...(await exportJWK(opening.publicKey)), alg: 'ECDH-ES', use: 'enc', kid: 'enc' },
      { ...(await exportJWK(rsa.publicKey)), use: 'sig', kid: 'rsa' },
    ],
  };
  for (const [id, { pages: withPages, ...file }] of Object.entries(files)) {
    // JSON is YAML.
    const whole = { ...common, jwks, ...(withPages !== false && pages), ...file };
    await writeFile(join(dir, `${id}.yaml`), JSON.stringify(whole));
  }
  return {
    dir,
    key: { key: signing.privateKey, kid: 'sig' },
    opens: { key: opening.privateKey, kid: 'enc', alg: 'ECDH-ES' },
    sign: (claims, header = {}) => {
      const { alg = 'ES256' } = header;
      const [key, kid] = alg === 'ES256' ? ([signing.privateKey, 'sig'] as const) : ([rsa.privateKey, 'rsa'] as const);
      // A cast: some of what is signed is wrong on purpose.
      return new SignJWT(claims as JWTPayload).setProtectedHeader({ kid, ...header, alg: String(alg) }).sign(key);
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

const seconds = () => Math.floor(Date.now() / 1000);

/** The claims of a good client assertion; what stands in `changed` differs (undefined = is absent). */
export function assertionClaims(client: string, issuer: string, changed: object = {}): Record<string, unknown> {
  const [iat, exp] = [seconds(), seconds() + 60];
  return { iss: client, sub: client, aud: issuer, jti: crypto.randomUUID(), iat, exp, ...changed };
}

/** The form fields of a request for a client's own token, by an assertion. */
export const asClient = (assertion: string): Record<string, string> => ({
  grant_type: 'client_credentials',
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: assertion,
});
