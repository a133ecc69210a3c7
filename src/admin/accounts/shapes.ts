import { z } from 'zod';
import { accountStates } from '../../lifecycle/account-state.ts';
import { givenRoles } from '../role.ts';
import { timeOrNever } from '../shapes.ts';

const names = z.array(z.string());

/** How one account stands (lifecycle/account-state.ts). */
export const accountShape = z.strictObject({
  id: z.string(),
  address: z.string().describe('Masked: `a***@oma.example`'),
  state: z.enum(accountStates),
  barredAt: timeOrNever,
  createdAt: timeOrNever,
  activatedAt: timeOrNever,
  importedFrom: z.string().nullable(),
  lastSignInAt: timeOrNever,
  passwordSetAt: timeOrNever,
  mustChangePassword: z.boolean(),
  identityLinkedAt: timeOrNever,
  identifiedAt: timeOrNever,
  owesIdentification: z.string().nullable(),
  relinkingAskedAt: timeOrNever,
  adminRole: z.enum(givenRoles).nullable(),
  roles: names,
  groups: names,
  secondFactors: z.int(),
  devices: z.int(),
  addressChangedAt: timeOrNever,
  deletionDueAt: timeOrNever,
  dormantNoticeAt: timeOrNever,
  erasedAt: timeOrNever,
});

/** `account` is null where it is gone. */
export const orderedShape = z.strictObject({
  outcome: z.enum(['done', 'already']),
  account: accountShape.nullable(),
});
