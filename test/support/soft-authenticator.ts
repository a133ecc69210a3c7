/** An authenticator in software, for stories over HTTP: what a browser and its device would send, or somebody else. */
import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { Answer } from './visitor.ts';

/** What the page asks of the browser. */
export type Asked = {
  readonly challenge: string;
  readonly rpId?: string;
  readonly rp?: { readonly id: string };
  readonly user?: { readonly id: string };
};

/** The options in a page's passkey form. */
export function askedOn(page: Answer): Asked {
  const found = /data-passkey="([^"]*)"/.exec(page.text)?.[1];
  if (found === undefined) throw new Error(`no passkey is asked at ${page.url.pathname} (${page.status})`);
  return JSON.parse(found.replaceAll('&#34;', '"').replaceAll('&amp;', '&'));
}

export type Lies = {
  readonly origin?: string;
  readonly type?: string;
  readonly rpId?: string;
  readonly userVerified?: boolean;
  readonly signCount?: number;
  readonly userHandle?: string;
  /** Changes the client data after it was signed. */
  readonly afterSigning?: (clientData: Record<string, unknown>) => Record<string, unknown>;
};

export type SoftPasskey = {
  readonly id: string;
  /** The answer to `asked`, as the page's script sends it. */
  sign(asked: Asked, lies?: Lies): string;
};

const flags = { present: 1, verified: 4, backupEligible: 8, backedUp: 16, attested: 64 };
const base64url = (data: Buffer | string): string => Buffer.from(data).toString('base64url');
const sha256 = (data: Buffer | string): Buffer => createHash('sha256').update(data).digest();

/** RFC 8949, as much of it as an attestation needs. */
function cbor(value: number | string | Buffer | ReadonlyMap<number | string, unknown>): Buffer {
  const head = (major: number, n: number): Buffer => {
    if (n < 24) return Buffer.from([(major << 5) | n]);
    return n < 256 ? Buffer.from([(major << 5) | 24, n]) : Buffer.from([(major << 5) | 25, n >> 8, n & 255]);
  };
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const entries = [...value].flatMap(([key, one]) => [cbor(key), cbor(one as Parameters<typeof cbor>[0])]);
  return Buffer.concat([head(5, value.size), ...entries]);
}

function coseKey(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const point = (text: string) => Buffer.from(text, 'base64url');
  return cbor(
    new Map<number, number | Buffer>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, point(x)],
      [-3, point(y)],
    ]),
  );
}

function clientData(asked: Asked, origin: string, type: string, change: Lies['afterSigning'] = (data) => data): string {
  return JSON.stringify(change({ type, challenge: asked.challenge, origin, crossOrigin: false }));
}

/** Registers a passkey: the page's answer as JSON, and what can sign from then on. `origin`: where the browser is. */
export function createPasskey(
  origin: string,
  asked: Asked,
  lies: Lies = {},
): { passkey: SoftPasskey; credential: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(20);
  const rpId = lies.rpId ?? asked.rp?.id ?? '';
  const userHandle = asked.user?.id ?? '';
  let counter = lies.signCount ?? 1;
  const authenticatorData = (rp: string, bits: number, count: number, rest = Buffer.alloc(0)) => {
    const tail = Buffer.alloc(5);
    tail.writeUInt8(bits);
    tail.writeUInt32BE(count, 1);
    return Buffer.concat([sha256(rp), tail, rest]);
  };
  const verified = lies.userVerified === false ? 0 : flags.verified;
  const length = Buffer.from([0, id.length]);
  const attested = Buffer.concat([Buffer.alloc(16), length, id, coseKey(publicKey)]);
  const authData = authenticatorData(rpId, flags.present | verified | flags.attested, counter, attested);
  const attestation = cbor(
    new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ]),
  );
  const made = clientData(asked, lies.origin ?? origin, lies.type ?? 'webauthn.create');
  const common = { id: base64url(id), rawId: base64url(id), type: 'public-key' };
  const response = {
    clientDataJSON: base64url(made),
    attestationObject: base64url(attestation),
    transports: ['internal'],
  };
  return {
    credential: JSON.stringify({ ...common, response }),
    passkey: {
      id: common.id,
      sign: (request, told = {}) => {
        counter = told.signCount ?? (counter === 0 ? 0 : counter + 1);
        const bits = flags.present | (told.userVerified === false ? 0 : flags.verified);
        const data = authenticatorData(told.rpId ?? request.rpId ?? '', bits, counter);
        const type = told.type ?? 'webauthn.get';
        const signed = clientData(request, told.origin ?? origin, type);
        const signature = createSign('sha256')
          .update(Buffer.concat([data, sha256(signed)]))
          .sign(privateKey);
        const sent = clientData(request, told.origin ?? origin, type, told.afterSigning);
        return JSON.stringify({
          ...common,
          response: {
            clientDataJSON: base64url(sent),
            authenticatorData: base64url(data),
            signature: base64url(signature),
            userHandle: told.userHandle ?? userHandle,
          },
        });
      },
    },
  };
}
