/** Hashes that other systems and other programs made, each with where it comes from. */

export type Vector = {
  readonly format: string;
  readonly from: string;
  readonly hash: string;
  readonly password: string;
};

const good = 'Kesämökki#2024';
const my = 'my password';

const signerKey = 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==';
const firebaseDigest = 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==';

/** Of the tests of Django itself (tests/auth_tests/test_hashers.py, several versions) unless said otherwise. */
const django: readonly (readonly [from: string, password: string, hash: string])[] = [
  ['Django 1.5', 'lètmein', 'pbkdf2_sha256$10000$seasalt$CWWFdHOWwPnki7HvkcqN9iA2T3KLW1cf2uZ5kvArtVY='],
  ['passlib', 'not a password', 'pbkdf2_sha1$10000$wz5B6WkasRoF$atJmJ1o+XfJxKq1+Nu1f1i57Z5I='],
  [
    'Django, argon2 without a version',
    'secret',
    'argon2$argon2i$m=8,t=1,p=1$c29tZXNhbHQ$gwQOXSNhxiOxPOA0+PY10P9QFO4NAYysnqRt1GSQLE55m+2GYDt9FEjPMHhP2Cuf0nOEXXMocVrsJAtNSsKyfg',
  ],
  ['djangohashers', 'ExjGmyUT73bFoT', 'argon2$argon2i$v=19$m=512,t=2,p=2$S1E4emVLNndLUnVS$RUET3AC8iXvcVPD2TRjvVQ'],
  ['djangohashers', 'ExjGmyUT73bFoT', 'bcrypt_sha256$$2b$12$LZSJchsWG/DrBy1erNs4eeYo6tZNlLFQmONdxN9HPesa1EyXVcTXK'],
  ['hashlib and libxcrypt', good, 'bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuOHRqx7.7eWwGfvA8/tRUUb18rR5FHfq'],
  ['djangohashers', 'ExjGmyUT73bFoT', 'bcrypt$$2b$12$LZSJchsWG/DrBy1erNs4ee31eJ7DaWiuwhDOC7aqIyqGGggfu6Y/.'],
  [
    'Django 4.0',
    'lètmein',
    'scrypt$16384$seasalt$8$1$Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG/aEB/NYafTJ7tibgfYz71m0ldQESkXFRkdVCBhhY8mx7rQwite/Pw==',
  ],
  ['Django 1.5', 'lètmein', 'sha1$seasalt$cff36ea83f5706ce9aa7454e63e431fc726b2dc8'],
  ['Django 1.5', 'lètmein', 'md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3'],
  ['djangohashers, unsalted', 'ExjGmyUT73bFoT', 'sha1$$22e6217f026c7a395f0840c1ffbdb163072419e7'],
];

/** Of the tests of aspnetcore (Identity/test/PasswordHasherTest.cs). */
const aspnet = [
  'AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==',
  'ANXrDknc7fGPpigibZXXZFMX4aoqz44JveK6jQuwY3eH/UyPhvr5xTPeGYEckLxz9A==',
  'AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==',
  'AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw',
  'AQAAAAIAAAD6AAAAIJbVi5wbMR+htSfFp8fTw8N8GOS/Sje+S/4YZcgBfU7EQuqv4OkVYmc4VJl9AGZzmRTxSkP7LtVi9IWyUxX8IAAfZ8v+ZfhjCcudtC1YERSqE1OEdXLW9VukPuJWBBjLuw==',
  'AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M',
  'AQAAAAEAA9CQAAAAIESkQuj2Du8Y+kbc5lcN/W/3NiAZFEm11P27nrSN5/tId+bR1SwV8CO1Jd72r4C08OLvplNlCDc3oQZ8efcW+jQ=',
];

/** Of the tests of passlib (test_handlers.py, test_handlers_pbkdf2.py), or made by Python's hashlib. */
const ldap: readonly (readonly [password: string, hash: string])[] = [
  ['testing123', '{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr'],
  ['test', '{SSHA}P90+qijSp8MJ1tN25j5o1PflUvlqjXHOGeOckw=='],
  ['helloworld', '{SHA}at+xg6SiyUovktq1redipHiJpaE='],
  ['helloworld', '{MD5}/F4DjTilcDIIVEHn/nAQsA=='],
  ['testing1234', '{SMD5}UjFY34os/pnZQ3oQOzjqGu4yeXE='],
  [good, '{SSHA256}cXEpJ/tn/kfU78eo5YrSV3btYkg0284LCzANrY7PdctzdW9sYWEhIQ=='],
  [good, '{SHA256}TmYxNnMl18yXWpaDEl1FlMu5rxSF+dxivZnhhmh34gE='],
  [good, '{SSHA384}4lAgkJzR5bdfA4uIWXX1l6HqcA3S2wbhikZ+dVwo5F7UST6YqRD3aVsfi4ipQRpBc3VvbGFhISE='],
  [good, '{SSHA512}NzSg1qS+0jLRtBT4TO+NIy7w3TRC0w68qGXGX7ePrMoTZg4ODGY8aJgPjRFJ41TUOaOJAbkEJBDeCuhI9wgPinN1b2xhYSEh'],
  [good, '{SHA512}XchxooXWFMLnrrfbZYzd04GWqjFW9IY4jTJDcaARhr4yyvCr85VMaZuC8vEe98dM7KpAYD9tr5setp2xWo2z9Q=='],
];

const pbkdf2: readonly (readonly [password: string, hash: string])[] = [
  ['password', '$pbkdf2$1212$OB.dtnSEXZK8U5cgxU/GYQ$y5LKPOplRmok7CZp/aqVDVg8zGI'],
  ['Ιωαννης', '$pbkdf2-sha256$1212$3SABFJGDtyhrQMVt1uABPw$WyaUoqCLgvz97s523nF4iuOqZNbp5Nt8do/cuaa7AiI'],
  [
    'password',
    '$pbkdf2-sha512$1212$RHY0Fr3IDMSVO/RSZyb5ow$eNLfBK.eVozomMr.1gYa17k9B7KIK25NOEshvhrSX.esqY3s.FvWZViXz4KoLlQI.BzY/YTNJOiKc5gBYFYGww',
  ],
  // Of the tests of RustCrypto's password-hash crates.
  ['password', '$pbkdf2-sha256$i=4096,l=32$c2FsdA$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o'],
];

/** Of passlib's tests and phpass's own test.php. */
const phpass: readonly (readonly [password: string, hash: string])[] = [
  ['test12345', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'],
  ['test1', '$H$9aaaaaSXBjgypwqm.JsMssPLiS8YQ00'],
  ['!?!#?#?#$&@&@!&@', '$P$Buvd5FQxkeXJnDarN7..wRMwRKJeZ40'],
];

/** Made by Python's hashlib; the salt is `suola`. */
const digests = [
  'digest$md5$password+salt$73756f6c61$331dc6d2c28f21f2dd9d5f1e9e25864c',
  'digest$sha1$password+salt$73756f6c61$48b8c8d80814f01df46d11d5fbfdf82fa828b45c',
  'digest$sha256$password+salt$73756f6c61$5397ad317ce0157be2afeb05ff5ea00b92107c23bf30c47beefb4c75719ea7c7',
  'digest$sha512$password+salt$73756f6c61$54be2a55680793aaf8bdb35006283c844950f30823962b9342064e370c5ff7788b947b8f8ccfcaa9258172b7f1361a83a1c71dcf1605b09a8104df6b8ca7ef0a',
];

/** One more for each family, of one good password: made by Python's hashlib, phpass's algorithm over it, and openssl. */
const goodOnes: readonly (readonly [format: string, hash: string])[] = [
  ['bcrypt', '$2y$10$cz2dDQ.OXI3pL6Tr00lpLuRKMv67/zkdN3..3j2cPE6GsablP3ETS'],
  [
    'pbkdf2',
    '$pbkdf2-sha512$2000$c3VvbGFhc3VvbGFhc3VvbA$j+7NC/CWfkrvul2zTkk/rf5PHgfqxrE29k4xdLbrzW1gYtAzBQ2flR62xs+TMvktCJ76iSbA4lzPMGJ9BxdnzQ',
  ],
  ['aspnet-identity', 'AHN1b2xhYXN1b2xhYXN1b2w97VOlqAFH3xNDN/Zhx9jMY8sIxE6pIZsSNlxHhd4zvg=='],
  ['aspnet-identity', 'AQAAAAIAAAPoAAAAEHN1b2xhYXN1b2xhYXN1b2wjob12usC3PTiOAQg6BDDN2YtNBN/uHbjSkXWAXTcRYw=='],
  ['phpass', '$H$6suolaaaaIZo0GCLE2PY1TA1yQclUz/'],
  [
    'firebase-scrypt',
    'firebase-scrypt$8$10$Bw==$YWxsZWtpcmpvaXR1c2F2YWluLWFsbGVraXJqb2l0dXNhdmFpbi1hbGxla2lyam9pdHVzYXZhaW4tNjR0YXZ1YQ==$c3VvbGFh$5OfryPhwXdTKiHypLMbkei/H0eIMIBdxBnLdLWVl36TCQbwZZ7Gtv47LGdfz8XqYs+G40inHFM/omhSylXUN4g==',
  ],
];

export const vectors: readonly Vector[] = [
  {
    format: 'bcrypt',
    from: 'crypt_blowfish',
    hash: '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
    password: 'U*U',
  },
  {
    format: 'argon2',
    from: 'phc-winner-argon2, version 1.0',
    hash: '$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ',
    password: 'password',
  },
  {
    format: 'argon2',
    from: 'OpenSSL by way of node:crypto',
    hash: '$argon2i$v=19$m=64,t=3,p=1$c3VvbGFhc3VvbGFh$Auh0faVDwuyU6cyb1LCai34e917IiGHfnUwEXf8bRL8',
    password: good,
  },
  {
    format: 'argon2',
    from: 'OpenSSL by way of node:crypto',
    hash: '$argon2id$v=19$m=64,t=2,p=2$c3VvbGFhc3VvbGFh$+ZkBFbD+ctfY/s0lrhad9jtppHW+lO9eQg2+kHdUVjk',
    password: good,
  },
  {
    format: 'scrypt',
    from: 'passlib',
    hash: '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
    password: 'password',
  },
  {
    format: 'scrypt',
    from: 'hashlib',
    hash: '$scrypt$ln=10,r=8,p=1$c3VvbGFhISE$GsY91RHjDGmxwekP0b9b3BBt6uE7Jxx5kMXbmKkBDpY',
    password: good,
  },
  {
    format: 'firebase-scrypt',
    from: 'github.com/firebase/scrypt',
    hash: `firebase-scrypt$8$14$Bw==$${signerKey}$42xEC+ixf3L2lw==$${firebaseDigest}`,
    password: 'user1password',
  },
  {
    format: 'wordpress',
    from: 'WordPress 7, an administrator made by its installer',
    hash: '$wp$2y$10$Q1xinFjrZeLWJBvxviIL6u834Fu.evIEFHAUVisQ5O.w9Dm0sMdES',
    password: 'admin',
  },
  {
    format: 'wordpress',
    from: 'hashlib and libxcrypt',
    hash: '$wp$2y$04$abcdefghijklmnopqrstuuL3Vel6pt4CE8FuZIE196YkIVQ0GB3Ty',
    password: good,
  },
  ...pbkdf2.map(([password, hash]) => ({ format: 'pbkdf2', from: 'passlib', hash, password })),
  ...django.map(([from, password, hash]) => ({ format: 'django', from, hash, password })),
  ...ldap.map(([password, hash]) => ({ format: 'ldap', from: 'passlib or hashlib', hash, password })),
  ...phpass.map(([password, hash]) => ({ format: 'phpass', from: 'passlib', hash, password })),
  ...aspnet.map((hash) => ({ format: 'aspnet-identity', from: 'aspnetcore', hash, password: my })),
  ...goodOnes.map(([format, hash]) => ({ format, from: 'hashlib and openssl', hash, password: good })),
  ...digests.map((hash) => ({ format: 'digest', from: 'hashlib', hash, password: good })),
];
