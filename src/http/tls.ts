/** TLS by Avain itself, for installations without a proxy in front: what it offers, and its files read (again). */
import { readFile } from 'node:fs/promises';
import type { SecureContextOptions } from 'node:tls';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';

export type TlsFiles = NonNullable<Config['listen']['tls']>;

/** Of TLS 1.2 only what has forward secrecy and authenticated encryption (RFC 9325 4.2, FAPI 2.0 Security Profile 5.2). */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
];

/** Throws where the files cannot be read; that they do not fit together is told when they are used. */
export async function tlsOptions({ certificateFile, keyFile }: TlsFiles): Promise<SecureContextOptions> {
  const [cert, key] = await Promise.all([readFile(certificateFile), readFile(keyFile)]);
  return { cert, key, minVersion: 'TLSv1.2', ciphers: ciphers.join(':') };
}

/** For SIGHUP: told to the log, never thrown. */
export function renewOnSignal(renew: () => Promise<void>, log: Pick<Logger, 'info' | 'error'>): () => Promise<void> {
  return () =>
    renew().then(
      () => log.info('certificate read again'),
      // Only the code: what OpenSSL says of a file may quote it.
      (error: NodeJS.ErrnoException) =>
        log.error({ code: error.code }, 'certificate not read again: the old one stays'),
    );
}
