/**
 * What a new password must be, as data: the page's list, the live checklist, the hint for password managers and the
 * check on the server all read the same rules.
 *
 * `mission` is the service's own guide (classes of characters), a documented deviation from NIST SP 800-63B-4 §3.1.1.2
 * and ASVS 6.2.5, made good by the blocklist, throttling and step-up; `nist` has length and blocklist only.
 * Pure; imports nothing. No expiry, no hints, no secret questions in either.
 */

export type PasswordFault = 'too-short' | 'too-long' | 'upper' | 'lower' | 'digit' | 'special' | 'common' | 'personal';

type CharacterClass = 'upper' | 'lower' | 'digit' | 'special';

export type PasswordPolicy = {
  /** Code points after NFC. */
  readonly minLength: number;
  readonly maxLength: number;
  readonly classes: readonly CharacterClass[];
};

export type PasswordProfile = 'mission' | 'nist';

export const passwordPolicies: Readonly<Record<PasswordProfile, PasswordPolicy>> = {
  mission: { minLength: 8, maxLength: 128, classes: ['upper', 'lower', 'digit', 'special'] },
  nist: { minLength: 15, maxLength: 128, classes: [] },
};

/** By Unicode category, so that ä and Ω are letters; whatever is none of the three is special, a space too. */
const classPatterns: Readonly<Record<CharacterClass, string>> = {
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  digit: '\\p{Nd}',
  special: '[^\\p{Lu}\\p{Ll}\\p{Nd}]',
};

/** Shorter words are part of too many honest passwords. */
const shortestPersonalWord = 3;

export type PersonalWords = { readonly email: string; readonly serviceName: string; readonly name?: string | null };

/**
 * All faults of a password somebody wants to use, in the order the page lists the rules; empty = good.
 * With `blocklist: null` only the rules of form are checked, which costs microseconds.
 */
export function checkPassword(input: {
  readonly password: string;
  readonly policy: PasswordPolicy;
  readonly blocklist: { isCommon(password: string): boolean } | null;
  readonly personal: PersonalWords;
}): PasswordFault[] {
  const { policy, blocklist, personal } = input;
  const password = input.password.normalize('NFC');
  const length = [...password].length;
  // Too long: nothing else is looked at, since the other checks cost time by length.
  if (length > policy.maxLength) return ['too-long'];
  const faults: PasswordFault[] = length < policy.minLength ? ['too-short'] : [];
  faults.push(...policy.classes.filter((name) => !new RegExp(classPatterns[name], 'u').test(password)));
  if (hasPersonalWord(password, personal)) faults.push('personal');
  if (blocklist?.isCommon(password)) faults.push('common');
  return faults;
}

function hasPersonalWord(password: string, personal: PersonalWords): boolean {
  const folded = fold(password);
  const localPart = personal.email.slice(0, personal.email.lastIndexOf('@'));
  const [beforePlus = ''] = localPart.split('+');
  const names = (personal.name ?? '').split(/[\s-]+/);
  return [localPart, beforePlus, personal.serviceName, ...names]
    .map(fold)
    .some((word) => [...word].length >= shortestPersonalWord && folded.includes(word));
}

const fold = (text: string) => text.normalize('NFC').toLowerCase();

export type PasswordRule = {
  readonly name: 'length' | CharacterClass;
  /** Of `length`: code points. */
  readonly min: number | null;
  /** Source of a regular expression with the flag `u`, for the live checklist: the same test as the server's. */
  readonly pattern: string;
};

/** What the page lists before anybody types. */
export function rules(policy: PasswordPolicy): readonly PasswordRule[] {
  const { minLength } = policy;
  return [
    { name: 'length', min: minLength, pattern: `^[^]{${minLength},}$` },
    ...policy.classes.map((name) => ({ name, min: null, pattern: classPatterns[name] })),
  ];
}

/** Value of the attribute `passwordrules`, so that password managers generate what we accept. */
export function passwordRulesAttribute(policy: PasswordPolicy): string {
  const lengths = [`minlength: ${policy.minLength}`, `maxlength: ${policy.maxLength}`];
  return [...lengths, ...policy.classes.map((name) => `required: ${name}`)].map((rule) => `${rule};`).join(' ');
}
