import { type Operation, OperationRefused, type Operations, type Print } from '../control/operation.ts';
import { operatorName, operatorReason } from '../control/operator-words.ts';
import type { SigningKeySet, StoredSigningKey } from '../storage/signing-key-port.ts';
import { at, changeKeySet, type KeyChangeDeps, newKeys } from './change-set.ts';
import { type Cause, keyIn, signingAlgs, withActivated, withPending, withRevoked } from './key-set.ts';
import { everyNodeHas } from './nodes.ts';
import { revocationEffects } from './revocation-effects.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import { loadServedKeys } from './served-keys.ts';
import { untilNodesHave } from './until-loaded.ts';

const utc = (instant: number): string => `${new Date(instant).toISOString().slice(0, 16)}Z`;

/** Of several operators who ask at once one changes the keys: each means those that sign when it asks. */
const rotate: Operation = async (deps, [now = '', by = ''], print) => {
  const schedule = scheduleOf(deps.config);
  const cause: Cause = { why: 'asked for', actor: `operator:${operatorName(by)}` };
  const seen = await currentSet(deps);
  const signing = new Set(activeKids(seen));
  if (now === 'now') await makeMissing(deps, cause);
  else await refuseTooEarly(deps, schedule, seen);
  const stored = await changeKeySet(deps, (set) => {
    const kids = signingAlgs.flatMap((alg) => {
      const next = keyIn(set, alg, 'pending');
      return next && signing.has(keyIn(set, alg, 'active')?.kid ?? '') ? [next.kid] : [];
    });
    return kids.length === 0 ? null : withActivated(set, kids, at(deps, cause));
  });
  if (!stored) {
    print('Another command has rotated them at this moment: nothing is left to do.');
    return 0;
  }
  for (const { kid, alg } of active(stored)) print(`${alg} is signed by ${kid} from now on.`);
  print(`The keys of before stay published until ${utc(deps.clock.now() + schedule.retireMs)}.`);
  return tellNodes(deps, stored, print);
};

async function refuseTooEarly(deps: Parameters<Operation>[0], schedule: Schedule, set: SigningKeySet): Promise<void> {
  const orNow =
    'or with --now, after an incident: verifiers that keep the old /jwks refuse tokens until they fetch it.';
  const pending = signingAlgs.map((alg) => keyIn(set, alg, 'pending'));
  if (pending.includes(undefined))
    throw new OperationRefused(`The next keys are being made. Ask in a minute, ${orNow}`);
  const since = Math.max(...pending.map((key) => key?.since ?? 0));
  const readyAt = since + schedule.publishMs;
  if (deps.clock.now() < readyAt)
    throw new OperationRefused(`Verifiers may not know the next keys until ${utc(readyAt)}. Ask again then, ${orNow}`);
  if (!(await everyNodeHas(deps, schedule, set.version)))
    throw new OperationRefused(`Not every node has loaded the next keys: avain keys list. Ask again, ${orNow}`);
}

async function makeMissing(deps: KeyChangeDeps, cause: Cause): Promise<void> {
  const set = await currentSet(deps);
  const made = await newKeys(
    deps,
    signingAlgs.filter((alg) => !keyIn(set, alg, 'pending')),
  );
  for (const key of made)
    await changeKeySet(deps, (current) =>
      keyIn(current, key.alg, 'pending') ? null : withPending(current, key, at(deps, cause)),
    );
}

const revoke: Operation = async (deps, [kid, by = '', reason = ''], print) => {
  const cause: Cause = { why: operatorReason(reason), actor: `operator:${operatorName(by)}` };
  const key = revocable(await currentSet(deps), kid);
  // Made before anything is changed: between the two nothing would sign.
  const [made = null] = key.state === 'active' ? await newKeys(deps, [key.alg]) : [];
  const stored = await changeKeySet(deps, (set) => {
    if (set.keys.find((one) => one.kid === key.kid)?.state === 'revoked') return null;
    revocable(set, key.kid);
    return withRevoked(set, key.kid, made, at(deps, cause));
  });
  if (!stored) throw new OperationRefused('It is revoked already.');
  const signer = keyIn(stored, key.alg, 'active');
  print(`Revoked: the ${key.alg} key ${key.kid}, which was ${key.state} since ${utc(key.since)}.`);
  print(`${key.alg} is signed by ${signer?.kid} from now on.`);
  for (const line of revocationEffects(deps, key)) print(line);
  return tellNodes(deps, stored, print);
};

/** @throws OperationRefused */
function revocable(set: SigningKeySet, kid = ''): StoredSigningKey {
  const key = set.keys.find((one) => one.kid === kid);
  if (!key) throw new OperationRefused('No signing key has this id: avain keys list');
  if (key.state === 'revoked') throw new OperationRefused('It is revoked already.');
  return key;
}

async function currentSet(deps: KeyChangeDeps): Promise<SigningKeySet> {
  // A store that no process has served from gets its first keys now.
  await loadServedKeys(deps);
  const set = await deps.storage.signingKeys.read();
  if (!set) throw new Error('the signing keys are gone');
  return set;
}

const active = ({ keys }: SigningKeySet) => keys.filter(({ state }) => state === 'active');
const activeKids = (set: SigningKeySet) => active(set).map(({ kid }) => kid);

async function tellNodes(deps: Parameters<Operation>[0], { version }: SigningKeySet, print: Print): Promise<number> {
  const { live, loaded, seconds } = await untilNodesHave(deps, version);
  if (live === 0) print('No node runs: the next one to start serves with these keys.');
  else if (loaded === live) print(`${loaded} of ${live} nodes serve with these keys, after ${seconds.toFixed(1)} s.`);
  else
    print(
      `Only ${loaded} of ${live} nodes serve with these keys after ${seconds.toFixed(0)} s: see the others' logs, or stop them.`,
    );
  return loaded === live ? 0 : 1;
}

export const signingKeyOperations: Operations = { 'keys.rotate': rotate, 'keys.revoke': revoke };
