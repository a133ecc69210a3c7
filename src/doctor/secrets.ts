import { stat } from 'node:fs/promises';
import type { LoadedConfig } from '../config/schema.ts';
import { doubtful, type Examination, type Examined, type Finding, good } from './examination.ts';

const forOthers = 0o077;

/** Whether others of this machine could read them; what they hold was judged with the configuration. */
export async function examineSecrets({ config }: Examination): Promise<Examined> {
  const files = filesOf(config);
  const open = await Promise.all(files.map(async (file) => ((await isOpen(file)) ? [file] : [])));
  return { findings: [told(files.length, open.flat())] };
}

function filesOf({ secrets }: Pick<LoadedConfig, 'secrets'>): readonly string[] {
  return [...new Set([...Object.values(secrets.keyFiles), ...Object.values(secrets.brokerKeysFiles)])];
}

async function isOpen(file: string): Promise<boolean> {
  const state = await stat(file).catch(() => null);
  return state !== null && (state.mode & forOthers) !== 0;
}

function told(count: number, open: readonly string[]): Finding {
  if (open.length === 0) return good('secrets', `${count} files of keys, which only their owner can read`);
  return doubtful('secrets', `others can read ${open.join(', ')}`, `chmod 600 ${open.join(' ')}`);
}
