/** A new password typed into one of our forms: today's policy, and what the page says about it. */
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { LimitReached } from '../errors.ts';
import type { Locale } from '../http/locale.ts';
import type { FormError, PasswordRules, TextKey } from '../http/views.ts';
import { choiceWait, type LimitDeps } from '../secrets/limits.ts';
import { checkPassword, type PasswordFault, passwordPolicies, passwordRulesAttribute } from './password-policy.ts';

type PolicyDeps = Pick<Deps, 'config' | 'blocklist'>;

const texts: Record<PasswordFault, TextKey> = {
  'too-short': 'error.password-too-short',
  'too-long': 'error.password-too-long',
  upper: 'error.password-upper',
  lower: 'error.password-lower',
  digit: 'error.password-digit',
  special: 'error.password-special',
  common: 'error.password-common',
  personal: 'error.password-personal',
};

export type PasswordContext = { readonly email: string; readonly client: Client; readonly locale: Locale };

/** What today's rules say against a password; empty = good. Costs milliseconds with the blocklist. */
export function passwordFaults(
  { config, blocklist }: PolicyDeps,
  password: string,
  context: PasswordContext,
): PasswordFault[] {
  const { email, client, locale } = context;
  const policy = passwordPolicies[config.passwords.policy];
  return checkPassword({ password, policy, blocklist, personal: { email, serviceName: client.name[locale] } });
}

/** @throws LimitReached when new passwords come faster for this link or account than a person types them. */
export async function countChoice(deps: LimitDeps, scope: string): Promise<void> {
  const wait = await choiceWait(deps, scope);
  if (wait !== null) throw new LimitReached('password-choices', wait);
}

export function passwordErrors(deps: PolicyDeps, password: string, context: PasswordContext): FormError[] {
  if (password === '') return [{ field: 'password', text: { key: 'error.password-required' } }];
  const { minLength, maxLength } = passwordPolicies[deps.config.passwords.policy];
  return passwordFaults(deps, password, context).map((fault) => ({
    field: 'password',
    text: { key: texts[fault], params: { min: minLength, max: maxLength } },
  }));
}

export function passwordRulesModel({ config }: Pick<Deps, 'config'>): PasswordRules {
  const policy = passwordPolicies[config.passwords.policy];
  return { minLength: policy.minLength, classes: policy.classes, attribute: passwordRulesAttribute(policy) };
}
