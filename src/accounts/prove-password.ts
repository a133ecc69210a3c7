/**
 * The password as a proof: one door for the sign-in page and for the present password behind an activation link.
 * Known, unknown, imported and barred addresses cost the same work and give the same answers; limits come first.
 */
import type { Deps } from '../deps.ts';
import type { BrowserHash, ClientId } from '../ids.ts';
import {
  delayedWorthARecord,
  forgetWrongPasswords,
  type PasswordTry,
  passwordWait,
  passwordWasWrong,
  type Wait,
} from '../secrets/limits.ts';
import { trailOfAddress } from '../timeline/trail.ts';
import type { Account } from './account.ts';
import { isKnownDevice } from './account-rules.ts';
import { type EmailAddress, emailFingerprint } from './email-address.ts';

type ProveDeps = Pick<Deps, 'config' | 'storage' | 'passwords' | 'lazyMigration' | 'keyring' | 'clock'>;

export type PasswordAttempt = {
  readonly address: EmailAddress;
  readonly password: string;
  readonly browser: BrowserHash;
  readonly network: string;
  readonly clientId: ClientId;
  readonly journeyId: string | null;
};

export type PasswordVerdict =
  | { readonly verdict: 'right'; readonly account: Account }
  | { readonly verdict: 'wrong' }
  | { readonly verdict: 'wait'; readonly seconds: number };

async function refused(
  deps: ProveDeps,
  attempt: PasswordAttempt,
  account: Account | null,
  wait: Wait,
): Promise<PasswordVerdict> {
  const event = wait === null ? 'password.refused' : 'password.delayed';
  const { clientId, journeyId } = attempt;
  await trailOfAddress(deps, emailFingerprint(deps.keyring, attempt.address), journeyId);
  // Written for unknown addresses too: the same work, and operators see guessing.
  await deps.storage.audit.append({
    at: deps.clock.now(),
    event,
    accountId: account?.id ?? null,
    clientId,
    journeyId,
    details: {},
  });
  return wait === null ? { verdict: 'wrong' } : { verdict: 'wait', seconds: wait };
}

/** The account whose password this is: the one here or, where none here has a password, the one an earlier system vouches for. */
async function accountOfPassword(deps: ProveDeps, attempt: PasswordAttempt, account: Account | null) {
  const { passwords, lazyMigration } = deps;
  const { address, password, clientId, journeyId } = attempt;
  if (account?.password) return (await passwords.verify(account.password, password)) ? account : null;
  return passwords.equalWork(password, async () =>
    lazyMigration?.concerns(account)
      ? lazyMigration.bringOver({ address, password, during: { clientId, journeyId } }, account)
      : null,
  );
}

/** @throws HashingOverloaded when no hash can be computed in time. */
export async function provePassword(deps: ProveDeps, attempt: PasswordAttempt): Promise<PasswordVerdict> {
  const address = emailFingerprint(deps.keyring, attempt.address);
  const account = await deps.storage.accounts.byEmail(address);
  const known = account !== null && isKnownDevice(account, attempt.browser);
  const limit: PasswordTry = {
    address,
    network: attempt.network,
    knownDevice: known ? { account: account.id, browser: attempt.browser } : null,
  };
  const wait = await passwordWait(deps, limit);
  if (wait !== null) {
    const recorded = await delayedWorthARecord(deps, limit);
    return recorded ? refused(deps, attempt, account, wait) : { verdict: 'wait', seconds: wait };
  }
  const proved = await accountOfPassword(deps, attempt, account);
  if (proved === null) {
    await passwordWasWrong(deps, limit);
    return refused(deps, attempt, account, null);
  }
  await forgetWrongPasswords(deps, limit);
  return { verdict: 'right', account: proved };
}
