/** What follows from an account's factors, and what they become. Pure. */
import type { Account } from '../accounts/account.ts';
import type { Instant } from '../ids.ts';
import type { AccountFacts } from '../journey/facts.ts';
import { type Authenticator, type Factors, noFactors, type Passkey } from './factors.ts';

/** More than anybody has devices; bounds the document and the list that is sent to the browser. */
export const mostPasskeys = 10;

/** Recovery codes are none: they only stand in for one. */
export function hasSecondFactor({ factors }: Pick<Account, 'factors'>): boolean {
  return factors.authenticator !== null || factors.passkeys.length > 0;
}

export function secondFactorOf(account: Pick<Account, 'factors'>): AccountFacts['secondFactor'] {
  if (!hasSecondFactor(account)) return 'none';
  return account.factors.always ? 'always' : 'enrolled';
}

/** What follows from a change: the first factor is asked always until its owner says otherwise; without any nothing is left. */
function settled(account: Account, factors: Factors): Account {
  const changed = { ...account, factors };
  if (!hasSecondFactor(changed)) return { ...account, factors: noFactors };
  return hasSecondFactor(account) ? changed : { ...account, factors: { ...factors, always: true } };
}

export function withAuthenticator(account: Account, authenticator: Authenticator | null): Account {
  return settled(account, { ...account.factors, authenticator });
}

/** With this passkey, in the place of the one with its id if there is one. */
export function withPasskey(account: Account, passkey: Passkey): Account {
  const { passkeys } = account.factors;
  const known = passkeys.some(({ id }) => id === passkey.id);
  const changed = known ? passkeys.map((one) => (one.id === passkey.id ? passkey : one)) : [...passkeys, passkey];
  return settled(account, { ...account.factors, passkeys: changed });
}

export function withoutPasskey(account: Account, id: string): Account {
  return settled(account, { ...account.factors, passkeys: account.factors.passkeys.filter((one) => one.id !== id) });
}

/** Whoever added a factor from then on is not the owner, nor whoever made recovery codes. The account itself if nobody did. */
export function withoutFactorsSince(account: Account, since: Instant): Account {
  const { authenticator, passkeys, recoveryCodes } = account.factors;
  const old = passkeys.filter(({ addedAt }) => addedAt < since);
  const hasOldApp = authenticator !== null && authenticator.addedAt < since;
  const hasOldCodes = recoveryCodes !== null && recoveryCodes.madeAt < since;
  const kept = {
    ...account.factors,
    authenticator: hasOldApp ? authenticator : null,
    passkeys: old,
    recoveryCodes: hasOldCodes ? recoveryCodes : null,
  };
  const same =
    kept.authenticator === authenticator && old.length === passkeys.length && kept.recoveryCodes === recoveryCodes;
  return same ? account : settled(account, kept);
}

/** Support's way out for whoever has lost them all. */
export function withoutFactors(account: Account): Account {
  return { ...account, factors: noFactors };
}
