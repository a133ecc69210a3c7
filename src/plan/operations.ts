/** `avain plan` and `avain apply`, where the store is. What is printed is JSON, one object a line. */
import type { ClientReload } from '../clients/reload.ts';
import type { LoadedConfig } from '../config/schema.ts';
import { type Operation, type OperationDeps, OperationRefused, type Operations } from '../control/operation.ts';
import type { Instant } from '../ids.ts';
import { type Difference, differences } from './differences.ts';
import { inForce } from './in-force.ts';
import { readNote } from './note.ts';

export type PlanDeps = {
  /** Reads all files anew. @throws ConfigError with every fault. */
  readonly readFiles: () => Promise<LoadedConfig>;
  /** null where a command works by itself: on several nodes each is told through the storage. */
  readonly reload: Pick<ClientReload, 'again'> | null;
  /** Has every node read its clients again. */
  readonly tellNodes: () => Promise<void>;
};

/** The last line. `since`: when what runs was last read. */
export type PlanEnd = { readonly since: Instant; readonly apply: number; readonly restart: number };

/** As `terraform plan -detailed-exitcode`: 0 nothing to do, 1 refused, 2 there are differences. */
const differs = 2;

export function planOperations(given: PlanDeps): Operations {
  const plan: Operation = async (deps, _args, print) => {
    const { since, found } = await compared(deps, given);
    for (const one of found) print(JSON.stringify(one));
    return ended(found, since, print);
  };
  const apply: Operation = async (deps, _args, print) => {
    const before = await compared(deps, given);
    const clients = before.found.filter(({ takes }) => takes === 'apply');
    for (const one of clients) print(JSON.stringify(one));
    if (clients.length > 0) {
      await given.reload?.again();
      await given.tellNodes();
    }
    const rest = before.found.filter(({ takes }) => takes === 'restart');
    for (const one of rest) print(JSON.stringify(one));
    return ended(rest, before.since, print);
  };
  return { plan, apply };
}

async function compared({ storage, keyring }: OperationDeps, { readFiles }: PlanDeps) {
  const [files, note] = await Promise.all([readFiles(), readNote(storage)]);
  if (note === null)
    throw new OperationRefused('No Avain has run on this storage yet: its first start takes the files as they are.');
  return { since: note.at, found: differences(note.values, inForce(files, files.clients, keyring)) };
}

function ended(found: readonly Difference[], since: Instant, print: (line: string) => void): number {
  const count = (takes: Difference['takes']) => found.filter((one) => one.takes === takes).length;
  const end: PlanEnd = { since, apply: count('apply'), restart: count('restart') };
  print(JSON.stringify(end));
  return found.length === 0 ? 0 : differs;
}
