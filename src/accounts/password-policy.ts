/**
 * What a new password must be, as data: the list on the page, its live ticks, the hint for password managers, the
 * messages and the judge on the server all walk one list of rules, so none of them can say what another does not.
 *
 * `mission` is the service's own guide (classes of characters), a documented deviation from NIST SP 800-63B-4 §3.1.1.2
 * and ASVS 6.2.5, made good by the blocklist, throttling and step-up; `nist` has length and blocklist only; an
 * installation may write its own. Pure; imports nothing. No expiry, no hints, no secret questions, nothing cut, in any.
 */

export const characterClasses = ['upper', 'lower', 'digit', 'special'] as const;
type CharacterClass = (typeof characterClasses)[number];

/** A rule that a password breaks; `error.password-<fault>` of the texts says it. */
export type PasswordFault = 'too-short' | 'too-long' | CharacterClass | 'personal' | 'common' | 'breached';

/** Lengths are code points after NFC. */
export type PasswordPolicy = {
  readonly minLength: number;
  /** Where a second factor is asked at every sign-in beside the password. */
  readonly minLengthWithSecondFactor: number;
  readonly classes: readonly CharacterClass[];
  /** Refuses what stands in the lists of common passwords, words and names. */
  readonly blocklist: boolean;
  /** Refuses the person's own address and name, and the name of the service. */
  readonly personalWords: boolean;
  /** The least score of zxcvbn, 0 (whatever) to 4. */
  readonly minScore: number;
};

/** Nothing up to here is refused for its length; beyond, the other checks would cost too much time. */
export const maxPasswordLength = 128;

const unguessable = { blocklist: true, personalWords: true, minScore: 2 } as const;

export const passwordProfiles: Readonly<Record<'mission' | 'nist', PasswordPolicy>> = {
  mission: { minLength: 8, minLengthWithSecondFactor: 8, classes: characterClasses, ...unguessable },
  nist: { minLength: 15, minLengthWithSecondFactor: 8, classes: [], ...unguessable },
};

/** As `passwords:` of the configuration has it. */
export function policyOf(configured: {
  readonly profile: 'mission' | 'nist' | 'custom';
  readonly custom: PasswordPolicy | null;
}): PasswordPolicy {
  const { profile, custom } = configured;
  if (profile !== 'custom') return passwordProfiles[profile];
  // The schema has both or neither.
  if (custom === null) throw new Error('passwords.profile is custom, and passwords.custom is missing');
  return custom;
}

/**
 * What a password that breaks the rule is told, and listed as on the page (`new-password.rule-<fault>` of the texts).
 * `pattern`: source of a regular expression with the flag `u` that a good password (NFC) matches; null = no pattern can
 * tell, only the server.
 */
export type PasswordRule =
  | { readonly fault: 'too-short' | CharacterClass; readonly pattern: string }
  | { readonly fault: 'personal' | 'common' | 'breached'; readonly pattern: null };

export type DemandedOf = {
  /** A client's own least length; null = the installation's will do. */
  readonly clientMinLength: number | null;
  /** A fact given by whoever knows the account: a second factor is asked at every sign-in beside this password. */
  readonly hasSecondFactor: boolean;
  /** The installation has a directory of breached passwords. */
  readonly breachedKnown: boolean;
};

/** What one person at one client must keep to, in the order in which the page lists it. */
export type PasswordDemands = {
  readonly minLength: number;
  readonly maxLength: number;
  readonly rules: readonly PasswordRule[];
};

/** By Unicode category, so that ä and Ω are letters; whatever is none of the three is special, a space too. */
const classPatterns: Readonly<Record<CharacterClass, string>> = {
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  digit: '\\p{Nd}',
  special: '[^\\p{Lu}\\p{Ll}\\p{Nd}]',
};

export function passwordDemands(
  policy: PasswordPolicy,
  { clientMinLength, hasSecondFactor, breachedKnown }: DemandedOf,
): PasswordDemands {
  const least = hasSecondFactor ? policy.minLengthWithSecondFactor : policy.minLength;
  const minLength = Math.max(least, clientMinLength ?? 0);
  const askedOfServer = [
    [policy.personalWords, 'personal'],
    [policy.blocklist || policy.minScore > 0, 'common'],
    [breachedKnown, 'breached'],
  ] as const;
  const rules: readonly PasswordRule[] = [
    { fault: 'too-short', pattern: `^[^]{${minLength},}$` },
    ...policy.classes.map((fault) => ({ fault, pattern: classPatterns[fault] })),
    ...askedOfServer.filter(([asked]) => asked).map(([, fault]) => ({ fault, pattern: null })),
  ];
  return { minLength, maxLength: maxPasswordLength, rules };
}

/** Who answers for the rules that no pattern can tell: true = the password breaks it. It gets the password in NFC. */
export type PasswordJudges = Readonly<
  Record<Extract<PasswordRule, { pattern: null }>['fault'], (password: string) => boolean | Promise<boolean>>
>;

/** All faults of a password somebody wants to use, in the order of the rules; empty = good. */
export async function judgePassword(
  { maxLength, rules }: PasswordDemands,
  typed: string,
  judges: PasswordJudges,
): Promise<PasswordFault[]> {
  const password = typed.normalize('NFC');
  // Too long: nothing else is looked at, since the other checks cost time by length.
  if ([...password].length > maxLength) return ['too-long'];
  const broken = await Promise.all(
    rules.map((rule) => (rule.pattern === null ? judges[rule.fault](password) : !matches(rule.pattern, password))),
  );
  return rules.filter((_rule, index) => broken[index]).map(({ fault }) => fault);
}

/** Of a password that was good once: is it too short for these rules? Costs microseconds, for every sign-in. */
export function isTooShort({ rules }: PasswordDemands, typed: string): boolean {
  const pattern = rules.find(({ fault }) => fault === 'too-short')?.pattern ?? '';
  return !matches(pattern, typed.normalize('NFC'));
}

const matches = (pattern: string, password: string) => new RegExp(pattern, 'u').test(password);

/** Value of the attribute `passwordrules`, so that password managers generate what we accept. */
export function passwordRulesAttribute({ minLength, maxLength, rules }: PasswordDemands): string {
  const classes = characterClasses.filter((name) => rules.some(({ fault }) => fault === name));
  const lengths = [`minlength: ${minLength}`, `maxlength: ${maxLength}`];
  return [...lengths, ...classes.map((name) => `required: ${name}`)].map((rule) => `${rule};`).join(' ');
}
