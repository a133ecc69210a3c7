/** `avain account grant` and `revoke`, where the store is: a role or a group is given to one account, or taken from it. */
import { type Operation, type OperationDeps, OperationRefused, type Operations } from '../control/operation.ts';
import { accountNamed, operatorName, operatorReason } from '../control/operator-words.ts';
import type { AccountId } from '../ids.ts';
import type { Account } from './account.ts';
import {
  type MembershipKind,
  membershipName,
  membershipsSeen,
  mostMemberships,
  withMembership,
  withoutMembership,
} from './memberships.ts';

type Named = { readonly kind: MembershipKind; readonly name: string };
type Words = { readonly by: string; readonly reason: string };

/** Exactly one of the two. @throws OperationRefused */
function named(role = '', group = ''): Named {
  if ((role === '') === (group === '')) throw new OperationRefused('Either --role or --group, and one of them.');
  const found: Named = role === '' ? { kind: 'groups', name: group } : { kind: 'roles', name: role };
  if (!membershipName.test(found.name))
    throw new OperationRefused('A name of a–z, 0–9 and "._:/-", at most 64 characters, such as palkka:admin.');
  return found;
}

type MembershipChange = Named & Words & { readonly event: 'membership.given' | 'membership.taken' };

/** False: it was so before. @throws OperationRefused */
async function change(deps: OperationDeps, id: AccountId, asked: MembershipChange): Promise<boolean> {
  const { event, kind, name, ...words } = asked;
  const at = deps.clock.now();
  const { outcome } = await deps.storage.accounts.update(id, (account) => {
    const giving = event === 'membership.given';
    if (giving && account[kind].length >= mostMemberships && !account[kind].some((one) => one.name === name))
      throw new OperationRefused(`It has ${mostMemberships} of them, and cannot have more.`);
    const changed = giving ? withMembership(account, kind, name, at) : withoutMembership(account, kind, name);
    if (changed === null) return null;
    const details = { kind, name, ...words };
    const audit = { at, event, accountId: id, clientId: null, journeyId: null, details } as const;
    return { account: changed, effects: { audit: [audit] } };
  });
  if (outcome === 'missing') throw new OperationRefused('There is no such account.');
  return outcome === 'updated';
}

/** Clients whose file lets them see it. */
function seers({ clients }: OperationDeps, { kind, name }: Named): readonly string[] {
  const sample: Pick<Account, MembershipKind> = { roles: [], groups: [], [kind]: [{ name, givenAt: 0 }] };
  return [...clients.values()]
    .filter((client) => client.scopes.includes(kind) && membershipsSeen(client, sample, kind).length > 0)
    .map(({ id }) => id);
}

/** Arguments of both: the account, a role or nothing, a group or nothing, who, why. */
const grant: Operation = async (deps, [which, role, group, by, reason], print) => {
  const asked = named(role, group);
  const words = { by: operatorName(by), reason: operatorReason(reason) };
  const isNew = await change(deps, await accountNamed(deps, which), { event: 'membership.given', ...asked, ...words });
  print(isNew ? 'Given.' : 'It had it already.');
  const clients = seers(deps, asked);
  print(
    clients.length > 0
      ? `Told to ${clients.join(', ')}, from its next userinfo or token on.`
      : `No client is told of it: none has the scope ${asked.kind} and such a beginning in claims.${asked.kind}.`,
  );
  return 0;
};

const revoke: Operation = async (deps, [which, role, group, by, reason], print) => {
  const asked = named(role, group);
  const words = { by: operatorName(by), reason: operatorReason(reason) };
  const was = await change(deps, await accountNamed(deps, which), { event: 'membership.taken', ...asked, ...words });
  print(was ? 'Taken. No client is told of it any more.' : 'It did not have it.');
  return 0;
};

export const membershipOperations: Operations = { 'account.grant': grant, 'account.revoke': revoke };
