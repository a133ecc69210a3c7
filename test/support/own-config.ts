/** A copy of the shipped configuration that a test may change, for `AVAIN_CONFIG`. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type OwnConfig = {
  readonly dir: string;
  /** For {@link WorldOptions.env}. */
  readonly env: NodeJS.ProcessEnv;
  remove(): Promise<void>;
};

export async function ownConfig(change: (yaml: string) => string = (yaml) => yaml): Promise<OwnConfig> {
  const dir = await mkdtemp(join(tmpdir(), 'avain-config-'));
  await cp(join(import.meta.dirname, '../../config'), dir, { recursive: true });
  const file = join(dir, 'avain.yaml');
  await writeFile(file, change(await readFile(file, 'utf8')));
  return { dir, env: { AVAIN_CONFIG: file }, remove: () => rm(dir, { recursive: true, force: true }) };
}
