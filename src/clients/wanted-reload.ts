/** With several nodes: one of them, or a command, wants all to read their clients again. */
import type { Deps } from '../deps.ts';
import { startWorker, type Worker } from '../worker.ts';
import type { ClientReload } from './reload.ts';

const mark = 'clients-wanted';
const pauseMs = 5_000;

export async function wantReload({
  storage,
  random,
}: { readonly storage: Pick<Deps['storage'], 'marks'> } & Pick<Deps, 'random'>): Promise<void> {
  await storage.marks.put(mark, random.bytes(9).toString('base64url'));
}

/** Looks every five seconds whether it is wanted. What is wrong with the files is told to the log, and the old ones stay. */
export async function followWanted(
  { storage, log }: { readonly storage: Pick<Deps['storage'], 'marks'> } & Pick<Deps, 'log'>,
  reload: Pick<ClientReload, 'again'>,
): Promise<Worker> {
  let seen = await storage.marks.get(mark);
  const words = {
    failed: 'clients not read again: the old ones stay',
    recovered: 'clients are read again when wanted',
  };
  return startWorker({ pauseMs, log, ...words }, async () => {
    const wanted = await storage.marks.get(mark);
    if (wanted === seen) return;
    seen = wanted;
    const clients = await reload.again();
    log.info({ clients }, 'clients read again');
  });
}
