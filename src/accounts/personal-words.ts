/** Words that everybody who knows the person would try first (NIST SP 800-63B-4 §3.1.1.2: context-specific words). */

/** Shorter words are part of too many honest passwords. */
const shortestPersonalWord = 3;

export type PersonalWords = {
  readonly email: string;
  readonly serviceName: string;
  /** As far as they are known; each is looked for word by word. */
  readonly names: readonly string[];
};

/** Pure; the password as it was typed or in NFC. */
export function hasPersonalWord(password: string, { email, serviceName, names }: PersonalWords): boolean {
  const folded = fold(password);
  const localPart = email.slice(0, email.lastIndexOf('@'));
  const [beforePlus = ''] = localPart.split('+');
  return [localPart, beforePlus, serviceName, ...names.flatMap((name) => name.split(/[\s-]+/))]
    .map(fold)
    .some((word) => [...word].length >= shortestPersonalWord && folded.includes(word));
}

const fold = (text: string) => text.normalize('NFC').toLowerCase();
