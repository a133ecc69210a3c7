import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { legacyFormats } from '../../src/accounts/legacy-hashes.ts';
import { makeBcrypt, makeSaltedSha256 } from '../support/old-hashes.ts';

const good = 'Kesämökki#2024';

function verify(format: string, hash: string, password: string | Uint8Array): Promise<boolean> {
  const legacy = legacyFormats.get(format);
  if (legacy === undefined) throw new Error(`no format ${format}`);
  return legacy.verify(hash, Buffer.from(password));
}
const faultOf = (format: string, hash: string) => legacyFormats.get(format)?.fault(hash);

describe('bcrypt', () => {
  test('a vector of crypt_blowfish, made by another program', async () => {
    const hash = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
    expect(faultOf('bcrypt', hash)).toBeNull();
    expect(await verify('bcrypt', hash, 'U*U')).toBe(true);
    expect(await verify('bcrypt', hash, 'U*V')).toBe(false);
  });

  test.each(['2a', '2b', '2y'] as const)('$%s$ with letters outside ASCII', async (version) => {
    const hash = makeBcrypt(good, version);
    expect(hash.startsWith(`$${version}$`)).toBe(true);
    expect(await verify('bcrypt', hash, good)).toBe(true);
    expect(await verify('bcrypt', hash, 'Kesamokki#2024')).toBe(false);
  });

  test('exactly 72 bytes count, even in the middle of a letter', async () => {
    const hash = makeBcrypt(`${'a'.repeat(71)}ä and more`);
    expect(await verify('bcrypt', hash, `${'a'.repeat(71)}ä`)).toBe(true);
    expect(await verify('bcrypt', hash, `${'a'.repeat(71)}ä something else`)).toBe(true);
    // ö shares its first byte with ä: the old system could not tell them apart here, and neither may we.
    expect(await verify('bcrypt', hash, `${'a'.repeat(71)}ö`)).toBe(true);
    expect(await verify('bcrypt', hash, `${'a'.repeat(70)}bä`)).toBe(false);
    expect(await verify('bcrypt', hash, 'a'.repeat(71))).toBe(false);
  });

  test('a NUL never passes, before or after it', async () => {
    expect(await verify('bcrypt', makeBcrypt('ab'), 'ab\0')).toBe(false);
    expect(await verify('bcrypt', makeBcrypt('ab'), 'ab\0ab')).toBe(false);
    expect(await verify('bcrypt', makeBcrypt('ab\0cd'), 'ab\0cd')).toBe(false);
  });

  test.each([
    ['too costly', '$2b$15$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'too-costly'],
    ['the buggy 2x', '$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'malformed'],
    ['cost 3', '$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'malformed'],
    ['cut short', '$2b$05$CCCCCCCCCCCCCCCCCCCCC', 'malformed'],
    ['empty', '', 'malformed'],
  ])('%s is refused by name', (_what, hash, fault) => {
    expect(faultOf('bcrypt', hash)).toBe(fault);
  });
});

describe('salted-sha256', () => {
  test('a vector made by sha256sum', async () => {
    // printf 'saltsalasana1' | sha256sum
    const hash = 'sha256$73616c74$8d31417388ce4f047262546358b49b0bd9c679f760b92e58458f5b99e77a09d2';
    expect(faultOf('salted-sha256', hash)).toBeNull();
    expect(await verify('salted-sha256', hash, 'salasana1')).toBe(true);
    expect(await verify('salted-sha256', hash, 'salasana2')).toBe(false);
  });

  test('any password and salt, the salt in hex or in base64 that is not also hex', async () => {
    const salts = fc.uint8Array({ minLength: 8, maxLength: 32 });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), salts, async (password, salt) => {
        expect(await verify('salted-sha256', makeSaltedSha256(password, salt), password)).toBe(true);
        expect(await verify('salted-sha256', makeSaltedSha256(password, salt), `${password}x`)).toBe(false);
      }),
    );
    const salt = randomBytes(16);
    expect(await verify('salted-sha256', makeSaltedSha256(good, salt, 'base64'), good)).toBe(true);
  });

  test.each(['', 'sha256$$', 'sha256$zz', `sha256$ab$${'0'.repeat(63)}`, `md5$ab$${'0'.repeat(64)}`])(
    '%j is malformed',
    (hash) => {
      expect(faultOf('salted-sha256', hash)).toBe('malformed');
    },
  );
});
