import { randomBytes } from 'node:crypto';
import type { AuditEvent, AuditRecord } from '../audit/audit-log.ts';
import { type Operation, OperationRefused, type Operations, type Print } from '../control/operation.ts';
import type { Deps } from '../deps.ts';
import { noteCookieKeyUsed, refuseNeededCookieKey } from './cookie-keys.ts';
import { changeKeyFile, type KeyKind, lineIdOf, splitBy, unknownKey } from './key-file.ts';
import { changeKeyState, readKeyState } from './key-state.ts';
import { list } from './list.ts';
import { isComplete, reindexAll } from './reindex.ts';
import { reloadKeys } from './reload.ts';
import { rewrapAll, stillUnder } from './rewrap.ts';

const add: Operation = async (deps, [typed], print) => {
  const file = fileOf(deps, typed);
  const line = randomBytes(32).toString('base64');
  const id = lineIdOf(file.kind, line);
  await changeKeyFile(file, (lines) => [...lines, line]);
  await reloadKeys(deps);
  await record(deps, 'key.added', { kind: file.kind, id });
  print(`Added the ${file.kind} key ${id}, the last line of its file. Copy the file to where the old one is kept.`);
  tellOthers(deps, print);
  print(file.kind === 'index' ? 'Then: avain keys reindex' : `Then: avain keys use ${file.kind} ${id}`);
  return 0;
};

const use: Operation = async (deps, [typed, id = ''], print) => {
  const file = fileOf(deps, typed);
  const { kind } = file;
  if (kind === 'index') throw new OperationRefused('Only a master or a cookie key is first: index keys are all used.');
  await changeKeyFile(file, (lines) => {
    const { named, others } = splitBy(kind, lines, id);
    return [named, ...others];
  });
  await reloadKeys(deps);
  if (kind === 'cookie') await noteCookieKeyUsed(deps, id);
  await record(deps, 'key.used', { kind, id });
  const told = {
    master: 'seals from now on; every other one still opens',
    cookie: 'signs from now on; every other one is still believed',
  };
  print(`The ${kind} key ${id} ${told[kind]}.`);
  tellOthers(deps, print);
  print(kind === 'master' ? 'Then: avain keys rewrap' : 'Then, a day later: avain keys remove cookie with the old one');
  return 0;
};

const rewrap: Operation = async (deps, _args, print) => {
  const broken = await rewrapAll(deps, print);
  return told(
    broken,
    print,
    `Every account and every entry of a roster is sealed under the master key ${deps.keyring.ids.master[0]}.`,
  );
};

const reindex: Operation = async (deps, _args, print) => {
  const broken = await reindexAll(deps, print);
  return told(broken, print, `Complete: the index keys ${deps.keyring.ids.index.join(', ')}.`);
};

const remove: Operation = async (deps, [typed, id = '', now], print) => {
  const file = fileOf(deps, typed);
  const { kind } = file;
  // What is judged is what lies in the file, also where an operator has changed it by hand.
  await reloadKeys(deps);
  const { keyring, cookieSigning } = deps;
  const ids = { master: keyring.ids.master, index: keyring.ids.index, cookie: cookieSigning.ids };
  if (!ids[kind].includes(id)) throw unknownKey();
  if (kind === 'master') await giveUpMaster(deps, id, now === 'now');
  else if (kind === 'index') await giveUpIndex(deps, id);
  else await refuseNeededCookieKey(deps, id, now === 'now');
  await changeKeyFile(file, (lines) => splitBy(kind, lines, id).others);
  await reloadKeys(deps);
  await record(deps, 'key.removed', { kind, id });
  const backups = ' Backups made before today need it: keep it with them, and no longer than them.';
  print(`Removed the ${kind} key ${id}.${kind === 'cookie' ? '' : backups}`);
  tellOthers(deps, print);
  if (kind === 'index') print('Then, an hour later: avain keys reindex (which takes its fingerprints away)');
  return 0;
};

type KeyEvent = Extract<AuditEvent, `key.${string}`>;

async function record({ storage, clock }: Deps, event: KeyEvent, details: AuditRecord['details']): Promise<void> {
  await storage.audit.append({ at: clock.now(), event, accountId: null, clientId: null, journeyId: null, details });
}

/** After this no process that starts needs it. Throws OperationRefused while anything does. */
async function giveUpMaster({ storage, keyring, clock, config }: Deps, id: string, now: boolean): Promise<void> {
  const state = await readKeyState(storage.marks);
  if (id === keyring.ids.master[0] || id === state?.sealing.id) {
    throw new OperationRefused('This key seals: avain keys use master with another one, then avain keys rewrap.');
  }
  const user = await stillUnder({ storage }, id);
  if (user !== null) throw new OperationRefused(`It still seals ${user}: avain keys rewrap`);
  const { journeySeconds, activationLinkSeconds, resetLinkSeconds, undoLinkSeconds, upstreamExchangeSeconds } =
    config.lives;
  // What is sealed for a while and then gone: waiting mails (notices live a day) and unfinished sign-ins.
  const short = [86_400, journeySeconds, activationLinkSeconds, resetLinkSeconds, undoLinkSeconds];
  const goneAt = (state?.sealing.since ?? 0) + 1000 * Math.max(...short, upstreamExchangeSeconds);
  if (!now && clock.now() < goneAt) {
    const when = new Date(goneAt).toISOString().slice(0, 16);
    throw new OperationRefused(
      `Waiting mails and unfinished sign-ins may be sealed under it until ${when}Z. Ask again then, or with --now after ` +
        'an incident: those mails are not sent, and those people start again.',
    );
  }
  await changeKeyState(storage.marks, (kept) => ({ ...kept, master: kept.master.filter((one) => one !== id) }));
}

const notFoundWithout = 'Without it some people would not be found: avain keys add index, avain keys reindex';

async function giveUpIndex({ storage, keyring }: Deps, id: string): Promise<void> {
  const state = await readKeyState(storage.marks);
  const remaining = keyring.ids.index.filter((one) => one !== id && state?.index.includes(one));
  if (remaining.length === 0 || !(await isComplete({ storage }, remaining))) {
    throw new OperationRefused(notFoundWithout);
  }
  await changeKeyState(storage.marks, (kept) => {
    const index = kept.index.filter((one) => one !== id);
    // Another operator has removed another one since.
    if (index.length === 0) throw new OperationRefused(notFoundWithout);
    return { ...kept, index, removedIndex: [...new Set([...kept.removedIndex, id])] };
  });
}

function fileOf({ config }: Deps, kind: string | undefined): { readonly kind: KeyKind; readonly path: string } {
  if (kind !== 'master' && kind !== 'index' && kind !== 'cookie')
    throw new OperationRefused('There are three kinds of key in files: master, index and cookie.');
  return { kind, path: config.secrets.keyFiles[kind] };
}

/** With the embedded store this is the one process there is. */
function tellOthers({ config }: Deps, print: Print): void {
  if (config.storage.kind === 'sqlite') return;
  print('Now give every node the same file, and SIGHUP (or restart them one after the other).');
}

function told(broken: readonly string[], print: Print, done: string): number {
  for (const id of broken) print(`${id}: what is sealed for it does not open. It was left as it is.`);
  if (broken.length === 0) print(done);
  return broken.length === 0 ? 0 : 1;
}

export const keyOperations: Operations = {
  'keys.list': list,
  'keys.add': add,
  'keys.use': use,
  'keys.rewrap': rewrap,
  'keys.reindex': reindex,
  'keys.remove': remove,
};
