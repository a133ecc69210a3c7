import type { Operation, OperationDeps } from '../control/operation.ts';
import type { Instant } from '../ids.ts';
import { nextChangeAt } from '../signing-keys/key-set.ts';
import { loadedBy } from '../signing-keys/nodes.ts';
import { scheduleOf } from '../signing-keys/schedule.ts';
import type { StoredSigningKey } from '../storage/signing-key-port.ts';
import { readKeyState } from './key-state.ts';

type FileKey = { readonly kind: string; readonly id: string; readonly use: string };
type SigningKey = Pick<StoredSigningKey, 'kid' | 'alg' | 'state'> & {
  readonly since: Instant;
  readonly nextChangeAt: Instant | null;
};

/** Every key by its id, and what it is for: to people, or (`json`) as one object. */
export const list: Operation = async (deps, [json], print) => {
  const { keyFiles } = deps.config.secrets;
  const [keys, signing] = [await fileKeys(deps), await signingKeys(deps)];
  if (json === 'json') {
    print(JSON.stringify({ keys, files: keyFiles, ...signing }));
    return 0;
  }
  for (const { kind, id, use } of keys) print(`${kind.padEnd(8)}${id}  ${use}`);
  print(`Files: ${Object.values(keyFiles).join(', ')}`);
  for (const key of signing.signingKeys) print(inWords(key));
  const { live, loaded } = signing.nodes;
  print(`Signing keys: version ${signing.version}, loaded by ${loaded} of ${live} nodes`);
  return 0;
};

async function fileKeys({ keyring, storage, cookieSigning }: OperationDeps): Promise<readonly FileKey[]> {
  const state = await readKeyState(storage.marks);
  const { master, index, lookup } = keyring.ids;
  const needed = (id: string) => (state?.master.includes(id) ? '' : ', needed by nothing');
  return [
    ...master.map((id) => ({
      ...{ kind: 'master', id },
      use: `${id === master[0] ? 'seals and opens' : 'opens'}${needed(id)}`,
    })),
    ...index.map((id) => ({
      ...{ kind: 'index', id },
      use: state?.index.includes(id) ? 'complete' : 'not complete: avain keys reindex',
    })),
    ...cookieSigning.ids.map((id, n) => ({
      kind: 'cookie',
      id,
      use: n === 0 ? 'signs and is believed' : 'is believed',
    })),
    { kind: 'lookup', id: lookup, use: 'for ever' },
    ...(state?.removedIndex ?? []).map((id) => ({
      ...{ kind: 'removed', id },
      use: 'its fingerprints are still stored: avain keys reindex',
    })),
  ];
}

async function signingKeys(deps: OperationDeps) {
  const set = (await deps.storage.signingKeys.read()) ?? { version: 0, keys: [] };
  const schedule = scheduleOf(deps.config);
  const keys = set.keys.map((key): SigningKey => {
    const { kid, alg, state, since } = key;
    return { kid, alg, state, since, nextChangeAt: nextChangeAt(set, key, schedule) };
  });
  return { version: set.version, signingKeys: keys, nodes: await loadedBy(deps, set.version) };
}

const utc = (instant: Instant): string => `${new Date(instant).toISOString().slice(0, 16)}Z`;
const becomes = { pending: 'signs', active: 'signs no more', retiring: 'is published no more' } as const;

function inWords({ kid, alg, state, since, nextChangeAt }: SigningKey): string {
  const next = state in becomes && nextChangeAt !== null ? becomes[state as keyof typeof becomes] : null;
  const change = next === null || nextChangeAt === null ? '' : `, ${next} from ${utc(nextChangeAt)} on`;
  return `signing ${kid}  ${alg}  ${state} since ${utc(since)}${change}`;
}
