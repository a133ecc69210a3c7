/**
 * Secrets that a person must see: of an app they are setting up, and recovery codes just made. They rest sealed, for
 * some minutes, under the session that may see them, so that a page can be reloaded or read in another language.
 */
import type { Account } from '../accounts/account.ts';
import type { Deps } from '../deps.ts';
import { openFactor, sealForAccount } from '../identity/national-id.ts';
import type { Instant } from '../ids.ts';

export type EnrolmentDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'clock'>;

/** The session is the provider's own, in whatever browser it is. */
export type Enrolling = { readonly account: Account; readonly sessionUid: string };

/** What is shown: the secret of the app being set up, or the codes made at that instant and no others. */
export type Shown =
  | { readonly field: 'authenticator' }
  | { readonly field: 'recovery-codes'; readonly madeAt: Instant };

const keyOf = ({ sessionUid }: Enrolling, shown: Shown): string =>
  shown.field === 'authenticator' ? `${sessionUid}|app` : `${sessionUid}|codes|${shown.madeAt}`;

export async function keepForSession(
  { config, storage, keyring, clock }: EnrolmentDeps,
  who: Enrolling,
  shown: Shown,
  secret: string,
): Promise<void> {
  const sealed = sealForAccount(keyring, who.account, shown.field, secret);
  const until = clock.now() + config.lives.factorEnrolmentSeconds * 1_000;
  await storage.enrolments.put(keyOf(who, shown), { accountId: who.account.id, sealed }, until);
}

/** null = over, or it never was. */
export async function shownToSession(
  { storage, keyring }: Pick<EnrolmentDeps, 'storage' | 'keyring'>,
  who: Enrolling,
  shown: Shown,
): Promise<string | null> {
  const row = await storage.enrolments.get(keyOf(who, shown));
  return row?.accountId === who.account.id ? openFactor(keyring, who.account, shown.field, row.sealed) : null;
}

/** True for one of any number of requests. */
export async function endEnrolment({ storage }: Pick<Deps, 'storage'>, who: Enrolling, shown: Shown): Promise<boolean> {
  return (await storage.enrolments.takeOnce(keyOf(who, shown))) !== null;
}
