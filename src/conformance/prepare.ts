/** Everything that `config/conformance/avain.yaml` names and no repository should hold: made once, for one run of the suite. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CannotStart } from '../cannot-start.ts';
import { writeSecretFile } from '../config/secret-file.ts';
import { initialAccessToken, testPersonPassword } from '../config/secrets.ts';
import type { Random } from '../deps.ts';
import { type SuiteRun, suiteFiles } from './suite.ts';

export type Preparation = Pick<SuiteRun, 'issuer' | 'suite' | 'alias'> & Readonly<{ dir: string; email: string }>;

/** The files that were written. Throws CannotStart where the folder exists: what a run uses is never changed under it. */
export async function prepareRun({ dir, email, ...run }: Preparation, random: Random): Promise<readonly string[]> {
  await mkdir(join(dir, '..'), { recursive: true });
  await mkdir(dir, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? new CannotStart(`${dir} exists: remove it, or name another by --dir.`) : error;
  });
  const [password, token] = [testPersonPassword.make(), initialAccessToken.make()];
  await writeSecretFile(join(dir, 'secrets/test-person'), password);
  await writeSecretFile(join(dir, 'secrets/initial-access-token'), token);
  await makeCertificate(new URL(run.issuer).hostname, join(dir, 'certificate.pem'), join(dir, 'key.pem'));
  const files = await suiteFiles({ ...run, person: { email, password }, initialAccessToken: token }, random);
  for (const [name, content] of Object.entries(files))
    await writeFile(join(dir, name), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  return ['certificate.pem', 'key.pem', ...Object.keys(files)].map((name) => join(dir, name));
}

/** Of its own authority: the suite asks who signs the tokens, not who vouches for the server. */
async function makeCertificate(host: string, certificateFile: string, keyFile: string): Promise<void> {
  const bare = host.replace(/^\[|\]$/g, '');
  const name = isIP(bare) === 0 ? `DNS:${host}` : `IP:${bare}`;
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', keyFile];
  const subject = ['-subj', '/CN=Avain conformance', '-addext', `subjectAltName=${name}`];
  await promisify(execFile)('openssl', ['req', '-x509', '-days', '365', ...key, ...subject, '-out', certificateFile]);
}
