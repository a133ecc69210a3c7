/** Whose call it is: by its token, and by what is true at this very moment of the account, the session and the client. */
import type { Context } from 'koa';
import { isClosed } from '../../accounts/account-rules.ts';
import { adminApiOf } from '../../config/client-admin-schema.ts';
import type { AccountId, ClientId } from '../../ids.ts';
import { levelReaches } from '../../journey/proof-rules.ts';
import { staffLists } from '../../staff/staff-lists.ts';
import type { AdminActor, AdminDeps } from '../operation.ts';
import { AdminRefused } from '../refusal.ts';

/** `accountId` null: a client's own. */
export type AdminToken = {
  readonly clientId: ClientId;
  readonly accountId: AccountId | null;
  readonly sessionUid: string | null;
  readonly audiences: readonly string[];
  /** Worth nothing without a key (RFC 9449, RFC 8705). */
  readonly isBound: boolean;
};

/** null = there is no such token, or none any more. */
export type FindAdminToken = (value: string) => Promise<AdminToken | null>;

/** A day of work: staff go to the bank once for it. */
const longestIdentifiedMs = 8 * 3_600_000;

/** @throws AdminRefused */
export async function actorOf(deps: AdminDeps, find: FindAdminToken, ctx: Context): Promise<AdminActor> {
  const [, value] = /^Bearer ([A-Za-z0-9._~+/-]{16,512}=*)$/i.exec(ctx.get('Authorization')) ?? [];
  const token = value === undefined ? null : await find(value);
  // One of Avain's tokens for anything else opens nothing here (RFC 8707), nor does one without its key.
  if (!token?.audiences.includes(adminApiOf(deps.config.issuer)) || token.isBound) throw unauthenticated();
  // The client as it is now: what its file says no more, its tokens do not either.
  const admin = deps.clients.get(token.clientId)?.admin ?? null;
  if (admin === null) throw unauthenticated();
  const { clientId, accountId, sessionUid } = token;
  if (accountId === null) {
    if (!('role' in admin)) throw unauthenticated();
    return { kind: 'client', clientId, role: admin.role };
  }
  if (!('staff' in admin) || sessionUid === null) throw unauthenticated();
  return personOf(deps, accountId, sessionUid);
}

const unauthenticated = () => new AdminRefused('unauthenticated');

/** The role is read at every call, so that a role that was taken ends at once; so do a session, and a barred account. */
async function personOf(deps: AdminDeps, accountId: AccountId, sessionUid: string): Promise<AdminActor> {
  const { storage, clock, config } = deps;
  const [account, session] = await Promise.all([storage.accounts.byId(accountId), storage.sessions.get(sessionUid)]);
  if (account === null || isClosed(account) || session?.accountId !== account.id) throw unauthenticated();
  const { identified } = session;
  const isStrong = identified !== null && levelReaches(identified.level, 'substantial');
  if (!isStrong || clock.now() - identified.at > longestIdentifiedMs) throw new AdminRefused('identify-again');
  const lists = staffLists(config, account);
  const role = account.adminRole ?? (lists.length > 0 ? 'county' : null);
  if (role === null) throw new AdminRefused('forbidden');
  return { kind: 'person', accountId: account.id, role, lists };
}
