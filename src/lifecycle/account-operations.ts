/**
 * `avain account …`, where the store is: what support and security may do to one account. Whoever is barred or erased is out
 * within a second, on every node: what a request may do is asked of the account itself, and its sessions and tokens end.
 */
import { parseEmailAddress } from '../accounts/email-address.ts';
import { resendActivation } from '../accounts/resend-activation.ts';
import { type Operation, type OperationDeps, OperationRefused, type Operations } from '../control/operation.ts';
import { accountNamed } from '../control/operator-words.ts';
import type { AccountId } from '../ids.ts';
import { barAccount, endAllSessions, eraseByOrder, orderNewPassword, unbarAccount } from './account-orders.ts';
import { accountState } from './account-state.ts';
import { type Order, type Ordered, typedOrder } from './order.ts';

const shown = (value: unknown): string => (Array.isArray(value) ? value.join(' ') : String(value));

/** Arguments: the account, `json` or nothing. */
const show: Operation = async (deps, [which, form], print) => {
  const account = await deps.storage.accounts.byId(await accountNamed(deps, which));
  if (account === null) throw new OperationRefused('There is no such account.');
  const rows = accountState(deps, account);
  if (form === 'json') print(JSON.stringify(rows));
  else {
    const told = Object.entries(rows).filter(([, value]) => value !== null && shown(value) !== '');
    for (const [name, value] of told) print(`${name.padEnd(20)}${shown(value)}`);
  }
  return 0;
};

type Doing = (deps: OperationDeps, id: AccountId, order: Order) => Promise<Ordered>;

/** Arguments of all of them: the account, who, why. */
const ordering =
  (doing: Doing, words: { readonly done: string; readonly already: string }): Operation =>
  async (deps, [which, by, reason], print) => {
    const order = typedOrder(by, reason);
    const ordered = await doing(deps, await accountNamed(deps, which), order);
    if (ordered === 'missing') throw new OperationRefused('There is no such account.');
    print(ordered === 'done' ? words.done : words.already);
    return 0;
  };

const resends = {
  'activated-already': 'This account is activated: «Unohditko salasanasi?» on the sign-in page is its way.',
  'nothing-waits': 'No sign-up or imported account with this address waits to be activated.',
} as const;

/** Arguments: the address, who, why. To nobody else's: a sign-up begins at the person's own wish only. */
async function resend(...[deps, [which = '', by, reason], print]: Parameters<Operation>): Promise<number> {
  const order = typedOrder(by, reason);
  const parsed = parseEmailAddress(which);
  if (!parsed.ok) throw new OperationRefused('An address: what waits may have no account yet.');
  const resent = await resendActivation(deps, parsed.address, order);
  if (resent.outcome === 'wait') throw new OperationRefused(`One was sent a moment ago: again in ${resent.seconds} s.`);
  if (resent.outcome !== 'sent') throw new OperationRefused(resends[resent.outcome]);
  print('Sent once more. The link of the mail before works no more.');
  return 0;
}

export const accountOperations: Operations = {
  'account.show': show,
  'account.bar': ordering(barAccount, {
    done: 'Barred. Everybody is signed out of the account.',
    already: 'It was barred already. Nobody is signed in to it.',
  }),
  'account.unbar': ordering(unbarAccount, {
    done: 'Unbarred. Its owner can sign in again.',
    already: 'It was not barred.',
  }),
  'account.end-sessions': ordering(endAllSessions, {
    done: 'Everybody is signed out of the account.',
    already: 'Nobody was signed in to it.',
  }),
  'account.order-password': ordering(orderNewPassword, {
    done: 'The next sign-in asks its owner for a new password.',
    already: 'The next sign-in asks for a new password already.',
  }),
  'account.resend': resend,
  'account.erase': ordering(eraseByOrder, {
    done: 'Erased. Its owner is told by mail; address and identity are free.',
    already: 'It was erased already.',
  }),
};
