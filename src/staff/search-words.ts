/** What is searched for stands in the address of the page, which browsers and proxies keep: sealed, since it is about somebody. */
import { SealBroken } from '../secrets/aead.ts';
import type { ListContext } from './staff-page.ts';

const labelOf = ({ account, list }: ListContext) =>
  JSON.stringify(['search', account.id, list.roster, list.county, '1']);

export function sealWords(context: ListContext, words: string): string {
  return context.deps.keyring.seal(words, labelOf(context), 'roster');
}

/** null = not sealed for this person and list: then nothing is searched for. */
export function openWords(context: ListContext, sealed: string): string | null {
  try {
    return context.deps.keyring.open(sealed, labelOf(context), 'roster');
  } catch (error) {
    if (error instanceof SealBroken) return null;
    throw error;
  }
}
