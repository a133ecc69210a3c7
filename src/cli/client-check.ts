import { basename, join } from 'node:path';
import { fixOf } from '../clients/fix.ts';
import { processEnvironment } from '../config/environment.ts';
import { ConfigError, describeFault, type Fault } from '../config/faults.ts';
import { type CheckedClients, loadClients } from '../config/load.ts';

type Verdict = { readonly ids: readonly string[]; readonly faults: readonly Fault[] };

/** Every fault at once, each with its fix; exit 1 if there is one. Writes nothing and needs no Avain that runs. */
export async function checkClients(id: string | null, asJson: boolean): Promise<void> {
  const { ids, faults: all } = await verdict();
  if (id !== null && !ids.includes(id) && !all.some((fault) => isOf(fault, id))) {
    process.stderr.write(`There is no client ${id}: ${ids.join(', ')}\n`);
    process.exitCode = 1;
    return;
  }
  const faults = all
    .filter((fault) => id === null || isOf(fault, id))
    .map((fault) => ({ ...fault, fix: fixOf(fault) }));
  const clients = ids.filter((one) => id === null || one === id);
  if (faults.length > 0) process.exitCode = 1;
  if (asJson) process.stdout.write(`${JSON.stringify({ ok: faults.length === 0, clients, faults })}\n`);
  else if (faults.length === 0) process.stdout.write(`Sound: ${clients.join(', ')}.\n`);
  else process.stderr.write(faults.map((fault) => `${describeFault(fault)}; fix: ${fault.fix}\n`).join(''));
}

const isOf = ({ file }: Fault, id: string): boolean => basename(file) === `${id}.yaml`;

async function verdict(): Promise<Verdict> {
  try {
    const checked = await loadClients({ env: processEnvironment(), root: join(import.meta.dirname, '../..') });
    return { ids: checked.read.map(({ id }) => id), faults: await faultsOf(checked) };
  } catch (error) {
    if (error instanceof ConfigError) return { ids: [], faults: error.faults };
    throw error;
  }
}

/** The library is asked about a set that is sound by our own rules: of others it would tell the same once more. */
async function faultsOf(checked: CheckedClients): Promise<readonly Fault[]> {
  if (checked.faults.length > 0) return checked.faults;
  // It loads the whole service, which takes longer than all before.
  const { judgeAlone } = await import('../clients/judge-alone.ts');
  return judgeAlone(checked);
}
