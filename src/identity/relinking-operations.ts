/** `avain relink …`, where the store is. What is refused never repeats an argument: it may be somebody's address. */
import { type Operation, OperationRefused, type Operations } from '../control/operation.ts';
import { accountNamed, operatorName } from '../control/operator-words.ts';
import { typedOrder } from '../lifecycle/order.ts';
import { askRelinking, confirmRelinking, openRelinkings } from './relinking.ts';

const refusals = {
  'no-account': 'There is no such account.',
  'not-linked': 'This account is linked to nobody: the next sign-in links it.',
  'asked-already': 'It was asked already and waits for the second person: avain relink list',
  stale: 'It was changed meanwhile: ask again.',
  'not-found': 'Nothing of that id waits: avain relink list',
  'same-person': 'Somebody else than the person who asked must confirm it.',
} as const;

const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;

const ask: Operation = async (deps, [which, by, reason], print) => {
  const order = typedOrder(by, reason);
  const result = await askRelinking(deps, await accountNamed(deps, which), order);
  if (result.outcome !== 'asked') throw new OperationRefused(refusals[result.outcome]);
  print(`Asked. Somebody else confirms it before ${utc(result.confirmBefore)}:`);
  print(`avain relink confirm ${result.id} --by NAME`);
  return 0;
};

const confirm: Operation = async (deps, [id = '', by], print) => {
  const name = operatorName(by);
  const { outcome } = await confirmRelinking(deps, id, { by: name, actor: `operator:${name}` });
  if (outcome !== 'unlinked') throw new OperationRefused(refusals[outcome]);
  print('Unlinked. Everybody is signed out of the account and its owner is told by mail; the next sign-in links anew.');
  return 0;
};

/** Argument: `json` or nothing. */
const list: Operation = async ({ storage, clock }, [form], print) => {
  let count = 0;
  for await (const { id, askedBy, askedAt, reason } of openRelinkings(storage.accounts, clock.now())) {
    count += 1;
    if (form === 'json') print(JSON.stringify({ id, askedBy, askedAt: new Date(askedAt).toISOString(), reason }));
    else print(`${id}  asked by ${askedBy} at ${utc(askedAt)}: ${reason}`);
  }
  if (count === 0 && form !== 'json') print('Nothing waits for a second person.');
  return 0;
};

export const relinkingOperations: Operations = { 'relink.ask': ask, 'relink.confirm': confirm, 'relink.list': list };
