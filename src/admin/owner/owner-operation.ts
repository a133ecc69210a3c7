/**
 * `avain admin create-owner`, where the store is: whoever has this machine makes a link, and whoever opens it, signs in
 * with strong identification and agrees is an owner. The link is worth nothing without that, and it works once.
 */
import type { Account } from '../../accounts/account.ts';
import { isClosed } from '../../accounts/account-rules.ts';
import { linkHref } from '../../accounts/request-mail.ts';
import { adminClientId } from '../../config/own-clients.ts';
import { type Operation, type OperationDeps, OperationRefused, type Operations } from '../../control/operation.ts';
import { operatorName } from '../../control/operator-words.ts';
import type { AccountId, Fingerprint } from '../../ids.ts';
import { issueLink } from '../../secrets/one-time.ts';

const page = 500;

/** Reads all accounts, a few hundred at a time: for a person who asks, once in the life of an installation. */
async function hasOwner({ storage }: OperationDeps): Promise<boolean> {
  let after: AccountId | null = null;
  for (;;) {
    const found: readonly Account[] = await storage.accounts.scan(after, page);
    if (found.some((account) => account.adminRole === 'owner' && !isClosed(account))) return true;
    const last = found.at(-1);
    if (last === undefined) return false;
    after = last.id;
  }
}

/** Arguments: who asks, `another` or nothing. */
const createOwner: Operation = async (deps, [by, another], print) => {
  const actor = `operator:${operatorName(by)}`;
  if (another !== 'another' && (await hasOwner(deps))) {
    throw new OperationRefused(
      'There is an owner already: owners give roles at /admin. For one more by link: --another',
    );
  }
  const { storage, clock, config } = deps;
  // Recorded first: a link that nobody knows of must not exist. It names nobody: whoever opens it says who they are.
  await storage.audit.append({
    at: clock.now(),
    event: 'owner-link.made',
    accountId: null,
    clientId: null,
    journeyId: null,
    actor,
    details: { another: another === 'another' },
  });
  const { token, validUntil } = await issueLink(deps, {
    purpose: 'owner',
    // A cast: of no address, so that it is no account's link and the newest of its purpose is the only live one.
    emailFingerprint: '' as Fingerprint,
    email: '',
    accountId: null,
    clientId: adminClientId,
    // Nobody is known yet: the language switch is on the page.
    locale: 'fi',
    journeyId: null,
    interactionUid: null,
    browser: null,
  });
  print(linkHref(config.issuer, 'owner', token));
  print(`It works once, until ${new Date(validUntil).toISOString().slice(0, 16)}Z. Any earlier one is void.`);
  return 0;
};

export const ownerOperations: Operations = { 'admin.create-owner': createOwner };
