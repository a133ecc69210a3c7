import { describe, expect, test } from '@jest/globals';
import { hash as argon2Hash } from '@node-rs/argon2';
import fc from 'fast-check';
import { detectFormat, legacyFormats, nameOfStranger } from '../../src/accounts/legacy-hashes/formats.ts';
import type { LegacyFault, LegacyHash } from '../../src/accounts/legacy-hashes/legacy-hash.ts';
import { legacyFault, verifyLegacy } from '../../src/accounts/legacy-hashes/verify-legacy.ts';
import { wrap } from '../../src/accounts/legacy-hashes/wrapped.ts';
import { makeBcrypt, makeDigest } from '../support/old-hashes.ts';
import { vectors } from './legacy-hash-vectors.ts';

const good = 'Kesämökki#2024';
const weakest = { memoryCost: 64, timeCost: 1, parallelism: 1 };

const verify = (format: string, hash: string, password: string) => verifyLegacy({ format, hash }, password);
const faultOf = (format: string, hash: string) => legacyFault({ format, hash });

function read(format: string, hash: string): LegacyHash {
  const found = legacyFormats.get(format)?.read(hash);
  if (found === undefined || typeof found === 'string') throw new Error(`${format}: ${found}`);
  return found;
}

describe('hashes that others made', () => {
  test.each(vectors)('$format ($from) $hash', async ({ format, hash, password }) => {
    expect(detectFormat(hash)).toBe(format);
    expect(faultOf(format, hash)).toBeNull();
    expect(await verify(format, hash, password)).toBe(true);
    expect(await verify(format, hash, `${password}x`)).toBe(false);
  });

  test('every format has at least one', () => {
    expect(new Set(vectors.map(({ format }) => format))).toEqual(new Set(legacyFormats.keys()));
  });

  test.each(vectors)('cut short or longer, it is refused: $hash', ({ format, hash }) => {
    for (const wrong of [hash.slice(0, -3), `${hash}AA`, `${hash} `, ` ${hash}`, '', hash.slice(0, 12)]) {
      expect([wrong, faultOf(format, wrong)]).toEqual([wrong, 'malformed']);
    }
  });
});

describe('wrapped', () => {
  const cheap = vectors.filter(({ hash }) => !/ln=16|\$1[012]\$|m=65536|AEAA9CQ/.test(hash));

  test.each(cheap)('$format: the right password only, and nothing of the old digest is left: $hash', async (vector) => {
    const { format, hash, password } = vector;
    const old = read(format, hash);
    const stored = await wrap(format, old, (text) => argon2Hash(text, weakest));
    expect(stored.format).toBe(`wrapped:${format}`);
    expect(legacyFault(stored)).toBeNull();
    expect(await verifyLegacy(stored, password)).toBe(true);
    expect(await verifyLegacy(stored, `${password}x`)).toBe(false);
    for (const encoding of ['base64', 'hex', 'latin1'] as const) {
      expect(stored.hash).not.toContain(Buffer.from(old.digest).toString(encoding).replaceAll('=', ''));
    }
    // What is inside opens nothing by itself.
    expect(await verify(format, stored.hash.slice(0, stored.hash.lastIndexOf(' ')), password)).toBe(false);
  });

  test('formats and hashes that cannot be are named', async () => {
    const { format, hash } = await wrap('ldap', read('ldap', '{SHA}at+xg6SiyUovktq1redipHiJpaE='), (text) =>
      argon2Hash(text, weakest),
    );
    expect(faultOf('wrapped:nothing', hash)).toBe('unknown-format');
    expect(faultOf('wrapped:wrapped:ldap', hash)).toBe('unknown-format');
    expect(faultOf(format, hash.replace('m=64', 'm=99999999'))).toBe('too-costly');
    expect(faultOf(format, hash.replace('argon2id', 'argon2i'))).toBe('malformed');
    expect(faultOf(format, hash.slice(1))).toBe('malformed');
  });
});

describe('weak: below the least that OWASP asks', () => {
  const digest = (length: number) => Buffer.alloc(length, 7).toString('base64').replaceAll('=', '');
  test.each<[string, string, boolean]>([
    ['bcrypt', `$2b$09$${'a'.repeat(53)}`, true],
    ['bcrypt', `$2b$10$${'a'.repeat(53)}`, false],
    ['argon2', `$argon2id$v=19$m=7168,t=4,p=1$c2FsdHNhbHQ$${digest(32)}`, true],
    ['argon2', `$argon2id$v=19$m=7168,t=5,p=1$c2FsdHNhbHQ$${digest(32)}`, false],
    ['scrypt', `$scrypt$ln=14,r=8,p=1$c2FsdHNhbHQ$${digest(32)}`, true],
    ['scrypt', `$scrypt$ln=17,r=8,p=1$c2FsdHNhbHQ$${digest(32)}`, false],
    ['pbkdf2', `$pbkdf2$1299999$c2FsdHNhbHQ$${digest(20)}`, true],
    ['pbkdf2', `$pbkdf2$1300000$c2FsdHNhbHQ$${digest(20)}`, false],
    ['pbkdf2', `$pbkdf2-sha256$599999$c2FsdHNhbHQ$${digest(32)}`, true],
    ['pbkdf2', `$pbkdf2-sha256$600000$c2FsdHNhbHQ$${digest(32)}`, false],
    ['pbkdf2', `$pbkdf2-sha512$209999$c2FsdHNhbHQ$${digest(64)}`, true],
    ['pbkdf2', `$pbkdf2-sha512$210000$c2FsdHNhbHQ$${digest(64)}`, false],
    ['phpass', `$P$F${'a'.repeat(30)}`, true],
    ['ldap', `{SSHA512}${Buffer.alloc(80, 7).toString('base64')}`, true],
    ['digest', `digest$sha512$salt+password$${'ab'.repeat(32)}$${'ab'.repeat(64)}`, true],
  ])('%s %s → %s', (format, hash, weak) => {
    expect(read(format, hash).weak).toBe(weak);
  });
});

describe('no row occupies a core: costs are capped', () => {
  const digest = (length: number) => Buffer.alloc(length, 7).toString('base64').replaceAll('=', '');
  const aspnet = Buffer.alloc(61, 1);
  aspnet.writeUInt32BE(1, 1);
  aspnet.writeUInt32BE(3_000_001, 5);
  aspnet.writeUInt32BE(16, 9);
  test.each<[string, string, LegacyFault]>([
    ['bcrypt', `$2b$15$${'a'.repeat(53)}`, 'too-costly'],
    ['bcrypt', `$2b$03$${'a'.repeat(53)}`, 'malformed'],
    ['bcrypt', `$2x$05$${'a'.repeat(53)}`, 'malformed'],
    ['wordpress', `$wp$2y$31$${'a'.repeat(53)}`, 'too-costly'],
    ['argon2', `$argon2id$v=19$m=262145,t=1,p=1$c2FsdHNhbHQ$${digest(32)}`, 'too-costly'],
    ['argon2', `$argon2id$v=19$m=262144,t=5,p=1$c2FsdHNhbHQ$${digest(32)}`, 'too-costly'],
    ['argon2', `$argon2id$v=19$m=64,t=0,p=1$c2FsdHNhbHQ$${digest(32)}`, 'malformed'],
    ['argon2', `$argon2id$v=19$m=64,t=1,p=9$c2FsdHNhbHQ$${digest(32)}`, 'malformed'],
    ['argon2', `$argon2d$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$${digest(32)}`, 'malformed'],
    ['scrypt', `$scrypt$ln=18,r=8,p=1$c2FsdHNhbHQ$${digest(32)}`, 'too-costly'],
    ['scrypt', `$scrypt$ln=14,r=8,p=17$c2FsdHNhbHQ$${digest(32)}`, 'too-costly'],
    ['scrypt', `$scrypt$ln=0,r=8,p=1$c2FsdHNhbHQ$${digest(32)}`, 'malformed'],
    ['firebase-scrypt', 'firebase-scrypt$8$20$Bw==$AAAA$AAAA$AAAA', 'too-costly'],
    ['pbkdf2', `$pbkdf2-sha256$3000001$c2FsdHNhbHQ$${digest(32)}`, 'too-costly'],
    // Two blocks cost twice.
    ['pbkdf2', `$pbkdf2-sha256$1500001$c2FsdHNhbHQ$${digest(36)}`, 'too-costly'],
    ['pbkdf2', `$pbkdf2-sha256$0$c2FsdHNhbHQ$${digest(32)}`, 'malformed'],
    ['django', `pbkdf2_sha256$3000001$suola$${Buffer.alloc(32).toString('base64')}`, 'too-costly'],
    ['django', `scrypt$16385$suola$8$1$${Buffer.alloc(64).toString('base64')}`, 'malformed'],
    ['django', `scrypt$16777216$suola$8$1$${Buffer.alloc(64).toString('base64')}`, 'too-costly'],
    ['django', 'crypt$$KQW3RFkgPSuuA', 'malformed'],
    ['django', 'constructor$a$b', 'malformed'],
    ['phpass', `$P$G${'a'.repeat(30)}`, 'too-costly'],
    ['phpass', `$P$.${'a'.repeat(30)}`, 'malformed'],
    ['aspnet-identity', aspnet.toString('base64'), 'too-costly'],
    ['digest', `digest$sha256$salt+password$$${'0'.repeat(64)}`, 'malformed'],
    ['digest', `digest$sha256$password$ab$${'0'.repeat(64)}`, 'malformed'],
    ['digest', `digest$sha256$salt+password$abc$${'0'.repeat(64)}`, 'malformed'],
    ['nothing', 'x', 'unknown-format'],
  ])('%s %s: %s', async (format, hash, fault) => {
    expect(faultOf(format, hash)).toBe(fault);
    expect(await verify(format, hash, good)).toBe(false);
  });

  test('any text is refused or read, never thrown over', () => {
    const begins = fc.constantFrom(...vectors.map(({ hash }) => hash.slice(0, 14)), '');
    fc.assert(
      fc.property(fc.constantFrom(...legacyFormats.keys()), begins, fc.string(), (format, begin, end) => {
        expect(['malformed', 'too-costly', null]).toContain(faultOf(format, begin + end));
      }),
    );
  });
});

describe('the rules of each, to the byte', () => {
  test('bcrypt: exactly 72 bytes count, even in the middle of a letter', async () => {
    // By libxcrypt, of 71 a, an ä and more.
    const hash = '$2b$04$abcdefghijklmnopqrstuuoVx8RufeJl2sf6nnK3ltb8OHjZZZsny';
    expect(await verify('bcrypt', hash, `${'a'.repeat(71)}ä and more`)).toBe(true);
    expect(await verify('bcrypt', hash, `${'a'.repeat(71)}ä something else`)).toBe(true);
    // ö shares its first byte with ä: the old system could not tell them apart here, and neither may we.
    expect(await verify('bcrypt', hash, `${'a'.repeat(71)}ö`)).toBe(true);
    expect(await verify('bcrypt', hash, `${'a'.repeat(70)}bä`)).toBe(false);
    expect(await verify('bcrypt', hash, 'a'.repeat(71))).toBe(false);
  });

  test.each(['2a', '2b', '2y'] as const)('bcrypt: $%s$ is the same algorithm', async (version) => {
    expect(await verify('bcrypt', makeBcrypt(good, version), good)).toBe(true);
  });

  test('bcrypt: a NUL never passes, before or after it', async () => {
    expect(await verify('bcrypt', makeBcrypt('ab'), 'ab\0')).toBe(false);
    expect(await verify('bcrypt', makeBcrypt('ab\0cd'), 'ab\0cd')).toBe(false);
  });

  test('bcrypt_sha256 and WordPress see the whole password, a NUL too', async () => {
    const long = `${'a'.repeat(80)}b`;
    const prehashed = vectors.filter(({ from }) => from === 'hashlib and libxcrypt');
    expect(prehashed).toHaveLength(2);
    for (const { format, hash } of prehashed) {
      const { derive } = read(format, hash);
      expect(await derive(Buffer.from(long))).not.toEqual(await derive(Buffer.from(`${'a'.repeat(80)}c`)));
      expect(await derive(Buffer.from('a\0b'))).not.toBeNull();
    }
  });

  test('WordPress takes white space off both ends, phpass does not', async () => {
    const hash = '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0';
    expect(await verify('wordpress', hash, ' \ttest12345\r\n')).toBe(true);
    expect(await verify('phpass', hash, 'test12345 ')).toBe(false);
    const bcrypt = '$wp$2y$04$abcdefghijklmnopqrstuuL3Vel6pt4CE8FuZIE196YkIVQ0GB3Ty';
    expect(await verify('wordpress', bcrypt, `  ${good} `)).toBe(true);
  });

  test('phpass and WordPress refuse more than 4,096 bytes', async () => {
    expect(await read('phpass', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0').derive(Buffer.alloc(4_097))).toBeNull();
    expect(await read('wordpress', `$wp$2y$04$${'a'.repeat(53)}`).derive(Buffer.alloc(4_097))).toBeNull();
  });

  test('Firebase: the Admin SDK spells base64 with - and _', async () => {
    const { hash, password } = vectors.find(({ format }) => format === 'firebase-scrypt') ?? { hash: '', password: '' };
    const spelled = hash.replace(
      /^(firebase-scrypt)(.*)$/,
      (_all, name, rest) => `${name}${rest.replaceAll('+', '-').replaceAll('/', '_')}`,
    );
    expect(spelled).not.toBe(hash);
    expect(await verify('firebase-scrypt', spelled, password)).toBe(true);
  });

  test('digest: any password and salt, both orders, and without a salt', async () => {
    const salts = fc.uint8Array({ minLength: 1, maxLength: 32 });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), salts, async (password, salt) => {
        expect(await verify('digest', makeDigest(password, salt), password)).toBe(true);
        expect(await verify('digest', makeDigest(password, salt), `${password}x`)).toBe(false);
      }),
      { numRuns: 30 },
    );
    // printf 'saltsalasana1' | sha256sum; printf salasana1 | md5sum
    const first = '73616c74$8d31417388ce4f047262546358b49b0bd9c679f760b92e58458f5b99e77a09d2';
    expect(await verify('digest', `digest$sha256$salt+password$${first}`, 'salasana1')).toBe(true);
    expect(await verify('digest', `digest$sha256$password+salt$${first}`, 'salasana1')).toBe(false);
    expect(await verify('digest', 'DIGEST$MD5$password$$FCF1EED8596699624167416A1E7E122E', '123')).toBe(false);
  });

  test('made of decomposed letters, a hash passes as typed then; made of composed ones, by either', async () => {
    const [nfc, nfd] = [good.normalize('NFC'), good.normalize('NFD')];
    expect(await verify('digest', makeDigest(nfd, Buffer.from('s')), nfd)).toBe(true);
    expect(await verify('digest', makeDigest(nfc, Buffer.from('s')), nfd)).toBe(true);
    expect(await verify('digest', makeDigest(nfd, Buffer.from('s')), nfc)).toBe(false);
  });
});

describe('what is not ours', () => {
  test.each([
    ['$1$dOHYPKoP$tnxS1T8Q6VVn3kpV8cN6o.', 'md5-crypt'],
    ['$6$salt$IxDD3jeSOb5eB1CX5LBsqZFVkJdido3OUILO5Ifz5iwMuTS4XMS130MTSuDDl3aCI6WouIL9AjRbLCelDCy.g.', 'sha512-crypt'],
    ['$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'bcrypt-2x'],
    ['$argon2d$v=19$m=16,t=2,p=1$c29tZXNhbHQ$AAAA', 'argon2d'],
    ['{CRYPT}$1$dOHYPKoP$tnxS1T8Q6VVn3kpV8cN6o.', 'ldap-crypt'],
    ['5f4dcc3b5aa765d61d8327deb882cf99', 'bare-hex'],
    ['*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19', 'mysql'],
    ['hunter2', 'no-known-beginning'],
  ])('%s is told as %s', (hash, name) => {
    expect([detectFormat(hash), nameOfStranger(hash)]).toEqual([null, name]);
  });
});
