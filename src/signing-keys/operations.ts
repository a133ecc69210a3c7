import { type Operation, OperationRefused, type Operations, type Print } from '../control/operation.ts';
import { operatorName, operatorReason } from '../control/operator-words.ts';
import type { SigningKeySet, StoredSigningKey } from '../storage/signing-key-port.ts';
import { at, changeKeySet, newKeys } from './change-set.ts';
import { type Cause, keyIn, withRevoked } from './key-set.ts';
import { revocationEffects } from './revocation-effects.ts';
import { currentSet, rotateKeys, utc } from './rotate.ts';
import { untilNodesHave } from './until-loaded.ts';

const rotate: Operation = async (deps, [now = '', by = ''], print) => {
  const rotated = await rotateKeys(deps, { why: 'asked for', actor: `operator:${operatorName(by)}` }, now === 'now');
  if (!rotated) {
    print('Another command has rotated them at this moment: nothing is left to do.');
    return 0;
  }
  for (const { kid, alg } of rotated.signing) print(`${alg} is signed by ${kid} from now on.`);
  print(`The keys of before stay published until ${utc(rotated.publishedUntil)}.`);
  return tellNodes(deps, rotated.version, print);
};

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
  return tellNodes(deps, stored.version, print);
};

/** @throws OperationRefused */
function revocable(set: SigningKeySet, kid = ''): StoredSigningKey {
  const key = set.keys.find((one) => one.kid === kid);
  if (!key) throw new OperationRefused('No signing key has this id: avain keys list');
  if (key.state === 'revoked') throw new OperationRefused('It is revoked already.');
  return key;
}

async function tellNodes(deps: Parameters<Operation>[0], version: number, print: Print): Promise<number> {
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
