/** A new password typed into one of our forms: today's rules for this person, and what the page says about them. */
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { LimitReached } from '../errors.ts';
import { secondFactorOf } from '../factors/factor-rules.ts';
import type { Locale } from '../http/locale.ts';
import type { FormError, PasswordRules } from '../http/views.ts';
import { openPerson } from '../identity/national-id.ts';
import { choiceWait, type LimitDeps } from '../secrets/limits.ts';
import type { Account, VerifiedPerson } from './account.ts';
import {
  isTooShort,
  judgePassword,
  type PasswordDemands,
  type PasswordFault,
  passwordDemands,
  passwordRulesAttribute,
  policyOf,
} from './password-policy.ts';
import { hasPersonalWord } from './personal-words.ts';

type RulesDeps = Pick<Deps, 'config' | 'breachedPasswords'>;
type PolicyDeps = RulesDeps & Pick<Deps, 'blocklist'>;

/** Whose password it is, and where it is chosen. */
export type PasswordContext = {
  readonly email: string;
  /** Of the person, as far as they are known. */
  readonly names: readonly string[];
  readonly hasSecondFactor: boolean;
  readonly client: Client;
  readonly locale: Locale;
};

/** Of somebody who has no account yet. */
export function newcomersContext(email: string, client: Client, locale: Locale): PasswordContext {
  return { email, names: [], hasSecondFactor: false, client, locale };
}

export function passwordContext(
  { keyring }: Pick<Deps, 'keyring'>,
  account: Account,
  client: Client,
  locale: Locale,
): PasswordContext {
  const { email, nickname, sealedPerson } = account;
  // A cast: only sealAccountPerson writes this field.
  const person = sealedPerson && (JSON.parse(openPerson(keyring, account, sealedPerson)) as VerifiedPerson);
  const names = person ? [nickname, person.givenName, person.familyName, person.name] : [nickname];
  // Only what is asked at every sign-in makes a shorter password good enough (NIST SP 800-63B-4 §3.1.1.2).
  const hasSecondFactor = secondFactorOf(account) === 'always';
  return { email, names: names.filter((name) => name !== null), hasSecondFactor, client, locale };
}

function demandsFor(
  { config, breachedPasswords }: RulesDeps,
  { client, hasSecondFactor }: Pick<PasswordContext, 'client' | 'hasSecondFactor'>,
): PasswordDemands {
  return passwordDemands(policyOf(config.passwords), {
    clientMinLength: client.passwords.minLength,
    hasSecondFactor,
    breachedKnown: breachedPasswords !== null,
  });
}

/** What today's rules say against a password; empty = good. Costs milliseconds with the blocklist. */
export function passwordFaults(deps: PolicyDeps, password: string, context: PasswordContext): Promise<PasswordFault[]> {
  const { config, blocklist, breachedPasswords } = deps;
  const { email, names, client, locale } = context;
  const { blocklist: refusesListed, minScore } = policyOf(config.passwords);
  return judgePassword(demandsFor(deps, context), password, {
    personal: (typed) => hasPersonalWord(typed, { email, names, serviceName: client.name[locale] }),
    common: (typed) =>
      (refusesListed && blocklist.isListed(typed)) || (minScore > 0 && blocklist.score(typed) < minScore),
    breached: (typed) => breachedPasswords?.isBreached(typed) ?? false,
  });
}

/**
 * Of a password that was good when it was chosen: a minimum has risen since, this client has a higher one, or the second
 * factor that made up for a short one is gone.
 */
export function outgrown(deps: RulesDeps, password: string, context: PasswordContext): PasswordFault[] {
  return isTooShort(demandsFor(deps, context), password) ? ['too-short'] : [];
}

/** @throws LimitReached when new passwords come faster for this link or account than a person types them. */
export async function countChoice(deps: LimitDeps, scope: string): Promise<void> {
  const wait = await choiceWait(deps, scope);
  if (wait !== null) throw new LimitReached('password-choices', wait);
}

export async function passwordErrors(
  deps: PolicyDeps,
  password: string,
  context: PasswordContext,
): Promise<FormError[]> {
  if (password === '') return [{ field: 'password', text: { key: 'error.password-required' } }];
  const { minLength: min, maxLength: max } = demandsFor(deps, context);
  const faults = await passwordFaults(deps, password, context);
  return faults.map((fault) => ({ field: 'password', text: { key: `error.password-${fault}`, params: { min, max } } }));
}

export function passwordRulesModel(
  deps: RulesDeps,
  context: Pick<PasswordContext, 'client' | 'hasSecondFactor'>,
): PasswordRules {
  const demands = demandsFor(deps, context);
  return { minLength: demands.minLength, rules: demands.rules, attribute: passwordRulesAttribute(demands) };
}
