/** Roles and groups of an account: names that an operator gives and takes, for services that may be told of them. Pure. */
import type { Instant } from '../ids.ts';
import type { Account } from './account.ts';

/** Also what a beginning in `claims.roles` and `claims.groups` of a client's file is made of. */
export const membershipName = /^[a-z0-9][a-z0-9._:/-]{0,63}$/;

/** Of each kind: a list in every userinfo answer stays short. */
export const mostMemberships = 50;

export const membershipKinds = ['roles', 'groups'] as const;
export type MembershipKind = (typeof membershipKinds)[number];

/** null = it has it already. */
export function withMembership(account: Account, kind: MembershipKind, name: string, givenAt: Instant): Account | null {
  if (account[kind].some((one) => one.name === name)) return null;
  return { ...account, [kind]: [...account[kind], { name, givenAt }] };
}

/** null = it has not got it. */
export function withoutMembership(account: Account, kind: MembershipKind, name: string): Account | null {
  const left = account[kind].filter((one) => one.name !== name);
  return left.length === account[kind].length ? null : { ...account, [kind]: left };
}

/** Those that begin as the client's file says, in order: a client is told of its own and of no other's. */
export function membershipsSeen(
  { claims }: { readonly claims: Readonly<Record<MembershipKind, readonly string[]>> },
  account: Pick<Account, MembershipKind>,
  kind: MembershipKind,
): string[] {
  const names = account[kind].map(({ name }) => name);
  return names.filter((name) => claims[kind].some((beginning) => name.startsWith(beginning))).sort();
}
