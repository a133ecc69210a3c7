/**
 * Support unlinks an identity, after it has verified a person: their code has changed, or the account's person was wrong.
 * Four eyes: one asks, another confirms within seven days; both are named in the audit log. Nothing is moved from one
 * person to another here: the next sign-in with that account proves password, mailbox and identity, and links anew.
 */
import type { Account, Relinking } from '../accounts/account.ts';
import { knownFrom } from '../accounts/known-from.ts';
import type { Deps } from '../deps.ts';
import type { AccountId, ClientId, Instant } from '../ids.ts';
import { carryOut, type Order, orderRecord } from '../lifecycle/order.ts';
import { composeNotice } from '../notices/notice.ts';
import type { Accounts, Change } from '../storage/ports.ts';
import { withoutIdentity } from './unlink.ts';

type RelinkingDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'clock' | 'random'>;

const lifeMs = 7 * 86_400_000;

export type Asked =
  | { readonly outcome: 'asked'; readonly id: string; readonly confirmBefore: Instant }
  | { readonly outcome: 'no-account' | 'not-linked' | 'asked-already' | 'stale' };

export type Confirmed = { readonly outcome: 'unlinked' | 'not-found' | 'same-person' };

/** The same name however it is written: spaces, capitals, composed letters. */
const plain = (name: string): string => name.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();

function isOpen(relinking: Relinking | null, now: Instant): relinking is Relinking {
  return relinking !== null && now - relinking.askedAt < lifeMs;
}

/** Who and why are kept in the audit log: a name that can be asked back, and nothing about the person concerned. */
export async function askRelinking(
  { storage, clock, random }: RelinkingDeps,
  accountId: AccountId,
  order: Order,
): Promise<Asked> {
  const askedAt = clock.now();
  const { by, reason } = order;
  // It begins with the account's id, so that it is found by it.
  const id = `${accountId}.${random.bytes(6).toString('base64url')}`;
  const ordered = await carryOut(storage.accounts, accountId, order, (account) => {
    if (account.identity === null || isOpen(account.relinking, askedAt)) return null;
    const audit = [orderRecord(order, 'relinking.asked', { accountId, at: askedAt }, { id })];
    return { account: { ...account, relinking: { id, askedBy: by, askedAt, reason } }, effects: { audit } };
  });
  if (ordered === 'done') return { outcome: 'asked', id, confirmBefore: askedAt + lifeMs };
  if (ordered === 'stale') return { outcome: 'stale' };
  const account = ordered === 'missing' ? null : await storage.accounts.byId(accountId);
  if (account === null) return { outcome: 'no-account' };
  return { outcome: account.identity === null ? 'not-linked' : 'asked-already' };
}

/** An order's id begins with the account's. A cast: whether there is such an account is for the store to say. */
export const accountOfRelinking = (id: string): AccountId => id.slice(0, id.lastIndexOf('.')) as AccountId;

type ConfirmDeps = RelinkingDeps & Pick<Deps, 'clients'> & { readonly endSessionsOf: (id: AccountId) => Promise<void> };

/** Unlinks, ends every session and tells the owner, if `by` is somebody else than who asked. */
export async function confirmRelinking(
  deps: ConfirmDeps,
  id: string,
  { by, actor }: Pick<Order, 'by' | 'actor'>,
): Promise<Confirmed> {
  const accountId = accountOfRelinking(id);
  const account = await deps.storage.accounts.byId(accountId);
  if (account === null || !isAskedAs(account, id, deps.clock.now())) return { outcome: 'not-found' };
  if (plain(account.relinking.askedBy) === plain(by)) return { outcome: 'same-person' };
  // Before as well as after: should we be killed in between, no old session outlives the link.
  await deps.endSessionsOf(accountId);
  const clientId = await knownFrom(deps, accountId);
  const result = await deps.storage.accounts.update(accountId, (current) =>
    unlinked(deps, current, { id, by, actor, clientId }),
  );
  if (result.outcome !== 'updated') return { outcome: 'not-found' };
  await deps.endSessionsOf(accountId);
  return { outcome: 'unlinked' };
}

type AskedAccount = Account & { readonly relinking: Relinking };

const isAskedAs = (account: Account, id: string, now: Instant): account is AskedAccount =>
  isOpen(account.relinking, now) && account.relinking.id === id && account.identity !== null;

type Confirmation = Pick<Order, 'by' | 'actor'> & { readonly id: string; readonly clientId: ClientId };

function unlinked(deps: RelinkingDeps, account: Account, { id, by, actor, clientId }: Confirmation): Change | null {
  const at = deps.clock.now();
  if (!isAskedAs(account, id, at) || plain(account.relinking.askedBy) === plain(by)) return null;
  const model = { at, where: null, by: 'support' } as const;
  const mail = composeNotice(deps, { message: 'unlinked', account, client: { id: clientId }, model });
  const { askedBy, reason } = account.relinking;
  const details = { id, by, askedBy, reason };
  const audit = {
    at,
    event: 'relinking.confirmed',
    accountId: account.id,
    clientId: null,
    journeyId: null,
    actor,
    details,
  } as const;
  return {
    // Whoever was wrongly let in may have made their device known.
    account: { ...withoutIdentity(account, at), devices: [] },
    effects: { audit: [audit], mails: [mail] },
  };
}

const page = 500;

/** Every account whose relinking waits for its second person: reads all accounts, a few hundred at a time. */
export async function* openRelinkings(accounts: Pick<Accounts, 'scan'>, now: Instant): AsyncGenerator<Relinking> {
  let after: AccountId | null = null;
  for (;;) {
    const found: readonly Account[] = await accounts.scan(after, page);
    for (const { relinking } of found) if (isOpen(relinking, now)) yield relinking;
    const last = found.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
