/**
 * A process of an installation whose keys rotate: links and signs people in without a pause, does what commands its parent
 * sends, and takes up changed key files on SIGHUP. Says `ready`, each acknowledged link, and whatever is wrong.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { TemporarilyUnavailable } from '../../src/errors.ts';
import { createDataKey, identityFingerprints, openIdentityCode } from '../../src/identity/national-id.ts';
import type { AccountId } from '../../src/ids.ts';
import { reloadOnSignal } from '../../src/keys/reload.ts';
import type { Storage } from '../../src/storage/ports.ts';
import { openSqliteStorage } from '../../src/storage/sqlite/open.ts';
import { openStores, type StoreAddresses } from '../support/open-stores.ts';
import { testAccount, testFingerprint } from '../support/storage.ts';
import { avainKeys, linkedTo, startOn } from './installation.ts';

export type Place = {
  readonly folder: string;
  readonly store: { readonly directory: string } | { readonly addresses: StoreAddresses };
  readonly people: number;
  /** How long each of a process's four visitors rests between two visits; null = nobody visits this process. */
  readonly restMs: number | null;
};
export type Said =
  | { readonly said: 'ready' | 'reloaded' }
  | { readonly said: 'linked'; readonly person: number; readonly id: string }
  | { readonly said: 'wrong'; readonly what: string }
  | { readonly said: 'ended'; readonly exit: number; readonly refusal: string | null };

export const codeOf = (person: number) => `code of person ${person}`;
/** Two accounts want each person: at most one may get them. */
export const rivals = (person: number) => [`${person}-a`, `${person}-b`] as const;

const clock = { now: Date.now };
const visitors = 4;

async function serve({ folder, store, people, restMs }: Place): Promise<void> {
  const storage: Storage = await ('directory' in store
    ? openSqliteStorage({ directory: store.directory, clock })
    : openStores(store.addresses));
  const deps = await startOn(folder, storage, clock, 'directory' in store ? 'sqlite' : 'mongo-redis');
  const reload = reloadOnSignal(deps);
  process.on('SIGHUP', () => void reload().then(() => say({ said: 'reloaded' })));
  process.on('message', ([command, ...args]: [string, ...string[]]) => {
    void avainKeys(deps, command, ...args).then(({ exit, refusal }) => say({ said: 'ended', exit, refusal }));
  });
  say({ said: 'ready' });
  if (restMs !== null) await Promise.all(Array.from({ length: visitors }, () => visitForEver(deps, people, restMs)));
}

type Working = Awaited<ReturnType<typeof startOn>>;

async function visitForEver(deps: Working, people: number, restMs: number): Promise<never> {
  for (;;) {
    await sleep(restMs);
    const person = Math.floor(Math.random() * people);
    const [one, other] = Math.random() < 0.5 ? rivals(person) : rivals(person).toReversed();
    try {
      const wrong = await visit(deps, person, one as AccountId, other as AccountId);
      if (wrong !== null) say({ said: 'wrong', what: `${one}: ${wrong}` });
    } catch (error) {
      // Busy is not wrong.
      if (error instanceof TemporarilyUnavailable) continue;
      say({ said: 'wrong', what: `${one}: ${error instanceof Error ? error.stack : error}` });
    }
  }
}

/** What a person does: is born, is linked now or later, or signs in. Returns what must never be. */
async function visit(deps: Working, person: number, id: AccountId, rival: AccountId): Promise<string | null> {
  const { storage, keyring } = deps;
  const account = await storage.accounts.byId(id);
  if (account === null) {
    const dataKey = createDataKey(keyring, id).wrapped;
    await storage.accounts.create(testAccount({ id, emailFingerprint: testFingerprint(`mail of ${id}`), dataKey }), {});
    return null;
  }
  if (account.identity === null) return Math.random() < 0.05 ? link(deps, person, id, rival) : null;
  const fingerprints = identityFingerprints(keyring, { country: 'FI', idType: 'hetu', idValue: codeOf(person) });
  const found = await storage.accounts.byIdentity(fingerprints);
  if (found?.id !== id) return `found ${found?.id ?? 'nobody'} by its identity`;
  const opened = found.identity && openIdentityCode(keyring, found, found.identity.sealedCode);
  return opened === codeOf(person) ? null : 'another code opened';
}

async function link({ storage, keyring }: Working, person: number, id: AccountId, rival: AccountId) {
  const { outcome } = await storage.accounts.update(id, (account) =>
    account.identity === null ? { account: linkedTo(keyring, account, codeOf(person)) } : null,
  );
  if (outcome === 'updated') say({ said: 'linked', person, id });
  if (outcome !== 'identity-taken') return null;
  return (await storage.accounts.byId(rival))?.identity ? null : 'refused though nobody has the identity';
}

function say(what: Said): void {
  process.send?.(what);
}

const [, script = '', argument] = process.argv;
if (script.endsWith('rotation-worker.ts') && argument !== undefined) await serve(JSON.parse(argument) as Place);
