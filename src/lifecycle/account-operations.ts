/**
 * `avain account …`, where the store is: what support and security may do to one account. Whoever is barred or erased is out
 * within a second, on every node: what a request may do is asked of the account itself, and its sessions and tokens end.
 */
import type { Account, Membership } from '../accounts/account.ts';
import { maskEmail } from '../accounts/email-address.ts';
import { type Operation, type OperationDeps, OperationRefused, type Operations } from '../control/operation.ts';
import { accountNamed, operatorName, operatorReason } from '../control/operator-words.ts';
import type { AccountId, Instant } from '../ids.ts';
import { isErasureDue, orderErasure } from './deletion.ts';
import { dormancyOf } from './dormancy.ts';
import { eraseAccount } from './erase-account.ts';

const iso = (at: Instant | null): string | null => (at === null ? null : new Date(at).toISOString());

const names = (given: readonly Membership[]): string | null => given.map(({ name }) => name).join(' ') || null;

function stateOf(account: Account, now: Instant): string {
  if (account.barredAt !== null) return 'barred';
  if (account.deletion !== null) return isErasureDue(account, now) ? 'being erased' : 'to be erased';
  return account.activatedAt === null ? 'imported, never activated' : 'active';
}

/** Nothing that says whose it is but the masked address. */
function told({ config, clock }: OperationDeps, account: Account) {
  const { deletion, identity, factors } = account;
  const dormancy = dormancyOf(account, config.retention.accounts, clock.now());
  return {
    id: account.id,
    address: maskEmail(account.email),
    state: stateOf(account, clock.now()),
    barredAt: iso(account.barredAt),
    createdAt: iso(account.createdAt),
    activatedAt: iso(account.activatedAt),
    importedFrom: account.importedFrom,
    lastSignInAt: iso(account.lastSignInAt),
    passwordSetAt: iso(account.passwordSetAt),
    mustChangePassword: account.mustChangePassword,
    identityLinkedAt: iso(identity?.linkedAt ?? null),
    identifiedAt: iso(account.identifiedAt),
    owesIdentification: account.owedIdentification?.rule ?? null,
    roles: names(account.roles),
    groups: names(account.groups),
    secondFactors: (factors.authenticator ? 1 : 0) + factors.passkeys.length,
    devices: account.devices.length,
    addressChangedAt: iso(account.previousAddresses[0]?.replacedAt ?? null),
    deletionDueAt: iso(deletion?.dueAt ?? null),
    dormantNoticeAt: iso(account.dormancyToldAt),
    erasedAt: dormancy.state === 'told' ? iso(dormancy.erasedAt) : null,
  };
}

/** Arguments: the account, `json` or nothing. */
const show: Operation = async (deps, [which, form], print) => {
  const account = await deps.storage.accounts.byId(await accountNamed(deps, which));
  if (account === null) throw new OperationRefused('There is no such account.');
  const rows = told(deps, account);
  if (form === 'json') print(JSON.stringify(rows));
  else for (const [name, value] of Object.entries(rows)) if (value !== null) print(`${name.padEnd(20)}${value}`);
  return 0;
};

type Words = { readonly by: string; readonly reason: string };

/** `barredAt`: null = it is open again. False: it was so before. */
async function setBar(deps: OperationDeps, id: AccountId, barredAt: Instant | null, words: Words): Promise<boolean> {
  const { storage, clock } = deps;
  const { outcome } = await storage.accounts.update(id, (account) => {
    if ((account.barredAt === null) === (barredAt === null)) return null;
    const audit = {
      at: clock.now(),
      event: barredAt === null ? 'account.unbarred' : 'account.barred',
      accountId: id,
      clientId: null,
      journeyId: null,
      details: { ...words },
    } as const;
    return { account: { ...account, barredAt }, effects: { audit: [audit] } };
  });
  if (outcome === 'missing') throw new OperationRefused('There is no such account.');
  return outcome === 'updated';
}

/** Arguments of all three: the account, who, why. */
const bar: Operation = async (deps, [which, by, reason], print) => {
  const words = { by: operatorName(by), reason: operatorReason(reason) };
  const id = await accountNamed(deps, which);
  const isNew = await setBar(deps, id, deps.clock.now(), words);
  // Also where it was barred before: an order that was cut off is completed by giving it again.
  await deps.endSessionsOf(id);
  print(
    isNew ? 'Barred. Everybody is signed out of the account.' : 'It was barred already. Nobody is signed in to it.',
  );
  return 0;
};

const unbar: Operation = async (deps, [which, by, reason], print) => {
  const words = { by: operatorName(by), reason: operatorReason(reason) };
  const isNew = await setBar(deps, await accountNamed(deps, which), null, words);
  print(isNew ? 'Unbarred. Its owner can sign in again.' : 'It was not barred.');
  return 0;
};

const erase: Operation = async (deps, [which, by, reason], print) => {
  const words = { by: operatorName(by), reason: operatorReason(reason) };
  const id = await accountNamed(deps, which);
  const order = { why: 'operator', ...words } as const;
  const ordered = await orderErasure(deps.storage.accounts, id, { order, now: deps.clock.now(), mayEnd: () => true });
  if (ordered.outcome !== 'updated') throw new OperationRefused('There is no such account.');
  // It is nobody from now on; should we be killed here, the next pass of the retention goes on.
  await deps.endSessionsOf(id);
  await eraseAccount(deps, ordered.account);
  print('Erased. Its owner is told by mail; address and identity are free.');
  return 0;
};

export const accountOperations: Operations = {
  'account.show': show,
  'account.bar': bar,
  'account.unbar': unbar,
  'account.erase': erase,
};
