/** How one account stands, for whoever helps its owner: nothing that says whose it is but the masked address. */
import type { Account, Membership } from '../accounts/account.ts';
import { maskEmail } from '../accounts/email-address.ts';
import type { Deps } from '../deps.ts';
import type { Instant } from '../ids.ts';
import { isErasureDue } from './deletion.ts';
import { dormancyOf } from './dormancy.ts';

const iso = (at: Instant | null): string | null => (at === null ? null : new Date(at).toISOString());

const names = (given: readonly Membership[]): string[] => given.map(({ name }) => name);

export const accountStates = ['barred', 'being-erased', 'to-be-erased', 'never-activated', 'active'] as const;

function stateOf(account: Account, now: Instant): (typeof accountStates)[number] {
  if (account.barredAt !== null) return 'barred';
  if (account.deletion !== null) return isErasureDue(account, now) ? 'being-erased' : 'to-be-erased';
  return account.activatedAt === null ? 'never-activated' : 'active';
}

/** Times are ISO 8601 in UTC. */
export function accountState({ config, clock }: Pick<Deps, 'config' | 'clock'>, account: Account) {
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
    relinkingAskedAt: iso(account.relinking?.askedAt ?? null),
    adminRole: account.adminRole,
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
