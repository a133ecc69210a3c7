/**
 * The roles of people and programs that run Avain or help its users. Least rights: a role says nothing by itself, each
 * operation names the roles that may do it (operations.ts), and none is above another.
 */

/** Roles that an owner gives to an account. */
export const givenRoles = ['owner', 'operator', 'support', 'auditor'] as const;
export type GivenRole = (typeof givenRoles)[number];

/** `county` is given by the configuration of the rosters (staff/staff-lists.ts), to its own lists only. */
export const adminRoles = [...givenRoles, 'county'] as const;
export type AdminRole = (typeof adminRoles)[number];
