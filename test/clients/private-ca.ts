/** A certificate authority nobody knows, as a county or a company has one, and what it signed for `localhost`. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Certificate } from './witness.ts';

const run = promisify(execFile);
const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export type PrivateCa = { readonly caFile: string; readonly certificate: Certificate };

/** Made by OpenSSL in the folder; valid for two days. */
export async function makePrivateCa(folder: string): Promise<PrivateCa> {
  const at = (name: string) => join(folder, name);
  const openssl = (...words: readonly string[]) => run('openssl', words, { cwd: folder });
  await writeFile(
    at('leaf.cnf'),
    'subjectAltName=DNS:localhost\nbasicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n',
  );
  await openssl(
    'req',
    '-x509',
    ...curve,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=Recipe CA',
  );
  await openssl('req', ...curve, '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=localhost');
  const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'leaf.cnf'];
  await openssl('x509', '-req', '-in', 'leaf.csr', '-out', 'leaf.pem', ...signer);
  const [key, cert] = await Promise.all([readFile(at('leaf.key'), 'utf8'), readFile(at('leaf.pem'), 'utf8')]);
  return { caFile: at('ca.pem'), certificate: { key, cert } };
}
