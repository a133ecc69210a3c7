import { CannotStart } from '../cannot-start.ts';
import { ConfigError, type Fault } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';
import { cookieKeys, keyList, obtainSecret, type WantedSecret } from '../config/secrets.ts';
import type { Deps } from '../deps.ts';
import { loadRosters } from '../rosters/file-entries.ts';
import { keyIdOf, type RotatingKeys } from '../secrets/sealing.ts';
import { admitKeys } from './key-state.ts';

export type ReloadDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'cookieSigning' | 'clock' | 'random'>;

/**
 * Reads the files of master, index and cookie keys again and takes them up, if the store needs no other; else nothing changes.
 * Throws ConfigError or CannotStart, whose messages are for the operator.
 */
export async function reloadKeys({
  config,
  storage,
  keyring,
  cookieSigning,
  clock,
  random,
}: ReloadDeps): Promise<void> {
  const keys = await readKeys(config);
  const { lookup } = keyring.ids;
  await admitKeys(storage.marks, { master: keys.master.map(keyIdOf), index: keys.index.map(keyIdOf), lookup }, clock);
  keyring.take(keys);
  cookieSigning.take(keys.cookie);
  // Its identity codes are kept under every index key, too.
  await loadRosters({ config, storage, keyring, clock, random });
}

/** With the checks of a start. */
async function readKeys({ profile, secrets }: Config): Promise<RotatingKeys & { readonly cookie: readonly string[] }> {
  const faults: Fault[] = [];
  const read = async <T>(wanted: Pick<WantedSecret<T>, 'make' | 'parse' | 'expected'>, key: string, path: string) => {
    const place = { file: path, line: null, key: `secrets.${key}` };
    return obtainSecret({ ...wanted, place, path }, { profile, missing: 'report', faults });
  };
  const { keyFiles } = secrets;
  const master = await read(keyList, 'masterKeyFile', keyFiles.master);
  const index = await read(keyList, 'identityIndexKeyFile', keyFiles.index);
  const cookie = await read(cookieKeys, 'cookieKeysFile', keyFiles.cookie);
  if (!master || !index || !cookie) throw new ConfigError(faults);
  return { master: master.reveal(), index: index.reveal(), cookie: cookie.reveal() };
}

/** For SIGHUP: one after the other, told to the log, never thrown. Resolves when done. */
export function reloadOnSignal(deps: ReloadDeps & Pick<Deps, 'log'>): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last
      .then(() => reloadKeys(deps))
      .then(
        () => deps.log.info({ keys: { ...deps.keyring.ids, cookie: deps.cookieSigning.ids } }, 'keys read again'),
        (err: unknown) => {
          const told = err instanceof ConfigError || err instanceof CannotStart ? { why: err.message } : { err };
          deps.log.error(told, 'keys not read again: the old ones stay');
        },
      );
    return last;
  };
}
