/** How an account stands, as it is told on the pages: what is not so is left out. */
import type { z } from 'zod';
import type { Fact, Told } from '../../../http/admin-models.ts';
import type { accountShape } from '../../accounts/shapes.ts';
import { at, facts } from '../list-model.ts';

export type ShownAccount = z.output<typeof accountShape>;

const names = (list: readonly string[]): Told | null => (list.length === 0 ? null : list.join(', '));

export function factsOf(account: ShownAccount): readonly Fact[] {
  return facts([
    ['admin.fact-state', { key: `admin.state-${account.state}` }],
    ['admin.fact-id', account.id],
    ['admin.fact-role', account.adminRole && { key: `admin.role-${account.adminRole}` }],
    ['admin.fact-barred', at(account.barredAt)],
    ['admin.fact-created', at(account.createdAt)],
    ['admin.fact-activated', at(account.activatedAt)],
    ['admin.fact-imported', account.importedFrom],
    ['admin.fact-signed-in', at(account.lastSignInAt)],
    ['admin.fact-password', at(account.passwordSetAt)],
    ['admin.fact-must-change', account.mustChangePassword ? { key: 'admin.yes' } : null],
    ['admin.fact-linked', at(account.identityLinkedAt)],
    ['admin.fact-identified', at(account.identifiedAt)],
    ['admin.fact-owes', account.owesIdentification === null ? null : { key: 'admin.yes' }],
    ['admin.fact-relinking', at(account.relinkingAskedAt)],
    ['admin.fact-factors', account.secondFactors],
    ['admin.fact-devices', account.devices],
    ['admin.fact-roles', names(account.roles)],
    ['admin.fact-groups', names(account.groups)],
    ['admin.fact-address-changed', at(account.addressChangedAt)],
    ['admin.fact-deletion', at(account.deletionDueAt)],
    ['admin.fact-dormant', at(account.dormantNoticeAt)],
  ]);
}
