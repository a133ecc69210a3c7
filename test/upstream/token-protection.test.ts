import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CompactEncrypt } from 'jose';
import { createBrokerKeys, type PrivateJwks, publicJwks } from '../../src/upstream/ftn/keys.ts';
import {
  connectTo,
  identifyAt,
  namedKey,
  openSmallBroker,
  type SmallBroker,
  type SmallBrokerKeys,
  smallBrokerKeys,
} from './small-broker.ts';

let keys: PrivateJwks;
let own: SmallBrokerKeys;
let broker: SmallBroker;

beforeAll(async () => {
  const made = async (kid: string, ec: boolean) => {
    const { keys: all } = await createBrokerKeys({ now: Date.now(), ec });
    return all.filter(({ use }) => use === 'enc').map((key) => ({ ...key, kid, avain_state: 'retiring' as const }));
  };
  const present = await createBrokerKeys({ now: Date.now() });
  own = await smallBrokerKeys();
  keys = { keys: [...present.keys, ...(await made('enc-old', false)), ...(await made('enc-ec', true))] };
});
beforeEach(async () => {
  broker = await openSmallBroker(keys, own);
});
afterEach(() => broker.close());

const outcome = async (config: object = {}) => identifyAt(broker, await connectTo(broker, { keys, config }));
const ourKey = (kid: string) => {
  const key = keys.keys.find((each) => each.kid === kid);
  if (!key) throw new Error(`no key ${kid}`);
  return key.kty === 'EC'
    ? { kty: 'EC', crv: String(key.crv), x: String(key.x), y: String(key.y) }
    : { kty: 'RSA', n: String(key.n), e: String(key.e) };
};
const encryptWith = (alg: string, enc = 'A256GCM', kid = 'enc-old', named: string | undefined = kid) => {
  broker.now.jwe = { alg, enc, kid: named, key: ourKey(kid) };
};

describe('a token encrypted to us is opened', () => {
  test.each([
    ['RSA-OAEP', 'A128CBC-HS256', 'enc-old'],
    ['RSA-OAEP', 'A128GCM', 'enc-old'],
    ['RSA-OAEP-256', 'A256GCM', 'enc-old'],
    ['RSA-OAEP-256', 'A256CBC-HS512', 'enc-old'],
    ['ECDH-ES', 'A256GCM', 'enc-ec'],
    ['ECDH-ES', 'A128CBC-HS256', 'enc-ec'],
  ])('%s with %s', async (alg, enc, kid) => {
    encryptWith(alg, enc, kid);
    expect(await outcome()).toMatchObject({ outcome: 'identified', identity: { idValue: '131189Y902A' } });
  });

  test('with the older of two keys of one kind although the broker names none: a rotation disturbs nobody', async () => {
    broker.now.jwe = { alg: 'RSA-OAEP-256', enc: 'A128GCM', kid: undefined, key: ourKey('enc-old') };
    expect(await outcome()).toMatchObject({ outcome: 'identified' });
  });
});

describe('what the allow-lists leave out is refused although the metadata offers it', () => {
  beforeEach(() => {
    broker.now.metadata = {
      id_token_encryption_alg_values_supported: ['RSA1_5', 'A128KW', 'ECDH-ES+A128KW', 'dir', 'RSA-OAEP'],
      id_token_encryption_enc_values_supported: ['A192GCM', 'A128GCM'],
      id_token_signing_alg_values_supported: ['none', 'HS256', 'RS256', 'RS384'],
    };
  });

  test.each([
    ['ECDH-ES+A128KW', 'A256GCM', 'enc-ec'],
    ['ECDH-ES+A256KW', 'A256GCM', 'enc-ec'],
    ['RSA-OAEP-512', 'A256GCM', 'enc-old'],
    ['RSA-OAEP', 'A192GCM', 'enc-old'],
  ])('%s with %s, which our key could open', async (alg, enc, kid) => {
    encryptWith(alg, enc, kid);
    expect(await outcome()).toEqual({ outcome: 'failed', cause: 'token_encryption' });
  });

  test.each(['RSA1_5', 'A128KW', 'A256KW', 'dir', 'PBES2-HS256+A128KW', ''])('%s', async (alg) => {
    const header = Buffer.from(JSON.stringify({ alg, enc: 'A128GCM' })).toString('base64url');
    broker.now.instead['/token'] = tokenAnswer(`${header}.AAAA.AAAA.AAAA.AAAA`);
    expect(await anyCode()).toEqual({ outcome: 'failed', cause: 'token_encryption' });
  });

  test('a compressed token: a small one could fill our memory', async () => {
    const header = Buffer.from('{"alg":"RSA-OAEP","enc":"A128GCM","zip":"DEF"}').toString('base64url');
    broker.now.instead['/token'] = tokenAnswer(`${header}.AAAA.AAAA.AAAA.AAAA`);
    expect(await anyCode()).toEqual({ outcome: 'failed', cause: 'token_encryption' });
  });

  test('a narrower list of our own holds too', async () => {
    encryptWith('RSA-OAEP');
    expect(await outcome({ idToken: { keyEncryption: ['RSA-OAEP-256'] } })).toEqual({
      outcome: 'failed',
      cause: 'token_encryption',
    });
  });

  test.each(['RS384', 'PS256', 'ES256'])('a signature by %s where only RS256 is agreed', async (alg) => {
    const key = await namedKey(alg, 'sig-1');
    broker.now.signing = key;
    broker.now.published = [key];
    expect(await outcome()).toMatchObject({ outcome: 'failed', cause: expect.stringMatching(/^token_oauth_/) });
  });

  test.each(['none', 'HS256'])('an inner token signed by %s', async (alg) => {
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const jws = `${encoded({ alg, kid: 'sig-1' })}.${encoded({ iss: broker.issuer })}.${alg === 'none' ? '' : 'AAAA'}`;
    broker.now.instead['/token'] = tokenAnswer(await encrypted(jws));
    expect(await anyCode()).toMatchObject({ outcome: 'failed', cause: expect.stringMatching(/^token_oauth_/) });
  });
});

describe('a token that cannot be ours', () => {
  test('is only signed, however well', async () => {
    broker.now.jwe = null;
    expect(await outcome()).toEqual({ outcome: 'failed', cause: 'token_not_encrypted' });
  });

  test('is encrypted twice', async () => {
    broker.now.instead['/token'] = tokenAnswer(await encrypted(await encrypted('a.b.c')));
    expect(await anyCode()).toMatchObject({ outcome: 'failed' });
  });

  test('names a key that we do not have', async () => {
    encryptWith('RSA-OAEP', 'A128GCM', 'enc-old', 'enc-of-nobody');
    expect(await outcome()).toEqual({ outcome: 'failed', cause: 'token_unknown_key' });
  });

  test('is encrypted to somebody else under the name of our key', async () => {
    const [other] = publicJwks(await createBrokerKeys({ now: Date.now() })).keys.filter(({ use }) => use === 'enc');
    if (!other) throw new Error('an encryption key was made');
    broker.now.jwe = { alg: 'RSA-OAEP', enc: 'A128GCM', kid: 'enc-old', key: other };
    expect(await outcome()).toEqual({ outcome: 'failed', cause: 'token_decryption' });
  });

  test('is signed by a key that is published under this name by nobody', async () => {
    broker.now.signing = await namedKey('RS256', 'sig-1');
    expect(await outcome()).toMatchObject({ outcome: 'failed', cause: expect.stringMatching(/^token_oauth_/) });
    broker.now.signing = await namedKey('RS256', 'sig-of-nobody');
    expect(await outcome()).toMatchObject({ outcome: 'failed', cause: expect.stringMatching(/^token_oauth_/) });
  });
});

const tokenAnswer = (id_token: string) => ({
  status: 200,
  body: JSON.stringify({ access_token: 'at', token_type: 'Bearer', id_token }),
});

const anyCode = () => outcome();

async function encrypted(content: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(content))
    .setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A128GCM', kid: 'enc-old' })
    .encrypt(ourKey('enc-old'));
}
