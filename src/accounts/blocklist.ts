/**
 * Which passwords are too common or too easy to guess (decisions.md §6 "Blocklist"; NIST SP 800-63B §3.1.1.2).
 */
import { createRequire } from 'node:module';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** Of passwords in NFC; synchronous. For new and imported passwords, not for every sign-in. */
export type Blocklist = {
  /**
   * True if the lower-cased password, or what is left of it without leading and trailing non-letters, is in a list
   * of leaked passwords, words or names (common, English, Finnish). Microseconds.
   */
  isListed(password: string): boolean;
  /** How hard it is to guess by zxcvbn, 0 to 4. Milliseconds. */
  score(password: string): number;
  /** Loads the lists now (0.3–0.5 s, some 60 MB), else the first question does: call it when the server already listens. */
  load(): void;
};

type Lists = { readonly words: ReadonlySet<string>; readonly zxcvbn: ZxcvbnFactory };

/** Costs nothing until the first question. */
export function createBlocklist(): Blocklist {
  let lists: Lists | undefined;
  const loaded = (): Lists => {
    lists ??= loadLists();
    return lists;
  };
  return {
    isListed(password) {
      const { words } = loaded();
      const folded = password.toLowerCase();
      return words.has(folded) || words.has(lettersAtHeart(folded));
    },
    score: (password) => loaded().zxcvbn.check(password).score,
    load: () => void loaded(),
  };
}

/** `salasana1!` → `salasana`: digits and signs around a common word are what everybody adds. */
function lettersAtHeart(folded: string): string {
  return folded.replace(/^\P{L}+/u, '').replace(/\P{L}+$/u, '');
}

// Surnames and encyclopedia words are in the exact list; for the score they would add memory and change no verdict below 2.
const listsWithoutScore = /^(lastnames|wikipedia)/;

function loadLists(): Lists {
  // `require` because it is synchronous: the lists weigh more than the rest of the service and many runs never need them.
  const require = createRequire(import.meta.url);
  // The casts name the modules' own types: `require` cannot know them.
  const core = require('@zxcvbn-ts/core') as typeof import('@zxcvbn-ts/core');
  const shared = require('@zxcvbn-ts/language-common') as typeof import('@zxcvbn-ts/language-common');
  const english = require('@zxcvbn-ts/language-en') as typeof import('@zxcvbn-ts/language-en');
  const finnish = require('@zxcvbn-ts/language-fi') as typeof import('@zxcvbn-ts/language-fi');
  const named: [string, readonly string[]][] = [
    ...Object.entries(shared.dictionary),
    ...Object.entries(english.dictionary),
    ...Object.entries(finnish.dictionary).map(([name, words]): [string, readonly string[]] => [`${name}-fi`, words]),
  ];
  const scored = named.filter(([name]) => !listsWithoutScore.test(name));
  const zxcvbn = new core.ZxcvbnFactory({
    dictionary: Object.fromEntries(scored.map(([name, words]) => [name, [...words]])),
    graphs: shared.adjacencyGraphs,
    // Both bound the time of one check (a hostile 128 characters took 1.2 s without): what 40 characters cannot save, 128 do not.
    maxLength: 40,
    l33tMaxSubstitutions: 4,
  });
  return { words: new Set(named.flatMap(([, words]) => words)), zxcvbn };
}
