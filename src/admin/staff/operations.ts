import { z } from 'zod';
import type { Account } from '../../accounts/account.ts';
import { maskEmail } from '../../accounts/email-address.ts';
import type { AccountId } from '../../ids.ts';
import { openCursor, sealCursor } from '../cursor.ts';
import { operation } from '../operation.ts';
import { AdminRefused } from '../refusal.ts';
import { givenRoles } from '../role.ts';
import {
  accountIdIn,
  accountParams,
  noBody,
  notFound,
  nothing,
  orderOf,
  pageQuery,
  reason,
  stale,
  versionSeen,
} from '../shapes.ts';
import { giveRole, takeFromOwner } from './roles.ts';

const listName = ['staff.list'] as const;
const accountsAtOnce = 500;
/** Roles stand in the accounts: so many are looked through for one page. */
const mostLookedThrough = 20_000;

export const list = operation({
  id: 'staff.list',
  method: 'GET',
  path: '/staff',
  summary: 'The accounts that have a role',
  // Who has which role is what an auditor asks first.
  roles: ['auditor', 'owner'],
  readsPerson: true,
  guarded: null,
  params: nothing,
  query: pageQuery,
  body: noBody,
  output: z.strictObject({
    staff: z.array(z.strictObject({ account: z.string(), address: z.string(), role: z.enum(givenRoles) })),
    next: z.string().nullable(),
  }),
  async run({ deps }, { query: { cursor, limit } }) {
    const found: { account: string; address: string; role: (typeof givenRoles)[number] }[] = [];
    // A cast: an id that was sealed by us.
    let after = openCursor(deps, listName, cursor) as AccountId | null;
    for (let looked = 0; looked < mostLookedThrough; looked += accountsAtOnce) {
      const page: readonly Account[] = await deps.storage.accounts.scan(after, accountsAtOnce);
      for (const { id, email, adminRole } of page) {
        after = id;
        if (adminRole) found.push({ account: id, address: maskEmail(email), role: adminRole });
        if (found.length === limit) return { output: { staff: found, next: sealCursor(deps, listName, id) } };
      }
      if (page.length < accountsAtOnce) return { output: { staff: found, next: null } };
    }
    return { output: { staff: found, next: sealCursor(deps, listName, after ?? '') } };
  },
});

export const put = operation({
  id: 'staff.put',
  method: 'PUT',
  path: '/staff/{account}',
  summary: 'Gives a role, another one, or none',
  roles: ['owner'],
  readsPerson: false,
  guarded: 'change',
  params: accountParams,
  query: nothing,
  body: z.strictObject({ role: z.enum(givenRoles).nullable(), reason }),
  output: z.strictObject({ outcome: z.enum(['done', 'already']), role: z.enum(givenRoles).nullable() }),
  async run(context, { params, body: { role, reason: why } }) {
    const { deps, actor } = context;
    // Machines are never owners; said twice, since this is where owners are made.
    if (actor.kind !== 'person') throw new AdminRefused('forbidden');
    const [from, order] = [accountIdIn(params), orderOf(actor, why, versionSeen(context))];
    const account = await deps.storage.accounts.byId(from);
    if (account === null) throw notFound();
    // A role works only through an identification: to whoever has no identity it is worth nothing but a trap for later.
    if (role !== null && account.identity === null)
      throw new AdminRefused('conflict', 'Only somebody whose identity is linked can have a role.');
    const loses = account.adminRole === 'owner' && role !== 'owner';
    const ordered = loses
      ? await takeFromOwner(deps, { taker: actor.accountId, from }, role, order)
      : await giveRole(deps, from, role, order);
    if (ordered === 'missing') throw notFound();
    if (ordered === 'stale') throw stale();
    if (ordered === 'last-owner')
      throw new AdminRefused('conflict', 'Another owner takes this role from you: nobody takes it from themselves.');
    return { output: { outcome: ordered, role } };
  },
});
