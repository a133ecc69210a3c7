/** The name a person wants to be called by: shown to services and on our pages as it stands, so it must be harmless there. */

export const maxNicknameLetters = 100;

export type Nickname =
  | { readonly ok: true; readonly nickname: string | null }
  | { readonly ok: false; readonly fault: 'too-long' | 'characters' };

/**
 * Marks that turn the direction of what follows, that nobody sees, or that nothing has been assigned to: they make one name
 * look like another (Unicode TR 36 §2.5). Those that copying from a page brings along are dropped, not complained about.
 */
const unseen = /[\p{Cf}\p{Cc}]/gu;
const unusable = /[\p{Co}\p{Cn}\p{Cs}]/u;
/** More marks on one letter than any language writes climb over the lines around them. */
const piledUp = /\p{M}{4}/u;
const lineEnds = /[\t\n\r]/g;
const wordSpace = /\p{Z}+/gu;

/** As it is stored: NFC, blanks made one ordinary space each; `null` = no name. Pure. */
export function readNickname(typed: string): Nickname {
  const nickname = typed
    .normalize('NFC')
    .replaceAll(lineEnds, ' ')
    .replaceAll(unseen, '')
    .replaceAll(wordSpace, ' ')
    .trim();
  if (nickname === '') return { ok: true, nickname: null };
  if ([...nickname].length > maxNicknameLetters) return { ok: false, fault: 'too-long' };
  if (unusable.test(nickname) || piledUp.test(nickname.normalize('NFD'))) return { ok: false, fault: 'characters' };
  return { ok: true, nickname };
}
