import { z } from 'zod';
import { membershipName } from '../accounts/memberships.ts';

const beginnings = z
  .array(z.string().regex(membershipName, 'the beginning of a name of a–z, 0–9 and "._:/-", at most 64 characters'))
  .default([]);

/** Which of a person's roles and groups this client is told of, beside its scopes `roles` and `groups`. */
export const claimPermissions = z
  .strictObject({
    roles: beginnings.describe('It is told of the roles that begin so, as palkka: for palkka:admin'),
    groups: beginnings.describe('It is told of the groups that begin so'),
  })
  .prefault({});
