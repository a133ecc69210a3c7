import type { BuiltDeps } from './build-deps.ts';
import type { Service } from './build-service.ts';
import type { ClientOperationDeps } from './clients/manage.ts';
import { clientOperations } from './clients/operations.ts';
import { type ClientReload, createClientReload, type Judge } from './clients/reload.ts';
import { wantReload } from './clients/wanted-reload.ts';
import type { LoadedConfig } from './config/schema.ts';
import type { Operations } from './control/operation.ts';
import { noteInForce } from './plan/note.ts';
import { planOperations } from './plan/operations.ts';
import { libraryFaults } from './provider/library-faults.ts';

type Files = { readonly first: LoadedConfig; readonly readFiles: () => Promise<LoadedConfig> };

/**
 * The clients of the service: those of the files, judged by the provider library, and those of the store; and what may be
 * asked of them from now on. Throws ConfigError.
 */
export async function takeClients(
  deps: BuiltDeps,
  { provider }: Pick<Service, 'provider'>,
  { first, readFiles }: Files,
): Promise<{ readonly reload: ClientReload; readonly inForce: ClientOperationDeps; readonly operations: Operations }> {
  const judge: Judge = (set) => libraryFaults(provider, set);
  const reload = createClientReload({ ...deps, judge, taken: () => noteInForce(deps) });
  await reload.begin({ clients: first.clients, sources: first.clientSources });
  const tellNodes = async () => (deps.config.storage.kind === 'sqlite' ? undefined : wantReload(deps));
  const plan = planOperations({ readFiles, reload, tellNodes });
  const inForce = { clientFolders: deps.clientFolders, judge, reload };
  return { reload, inForce, operations: { ...clientOperations(inForce), ...plan } };
}
