import type { Deps } from '../deps.ts';
import { SealBroken } from '../secrets/aead.ts';
import { AdminRefused } from './refusal.ts';

/** Where a list goes on. Sealed, for nobody but us to read or make; good for the same list and filter only. */
export function sealCursor({ keyring }: Pick<Deps, 'keyring'>, list: readonly string[], position: string): string {
  return Buffer.from(keyring.seal(position, JSON.stringify(list), 'admin')).toString('base64url');
}

/** null = the beginning. @throws AdminRefused */
export function openCursor(
  { keyring }: Pick<Deps, 'keyring'>,
  list: readonly string[],
  cursor: string | undefined,
): string | null {
  if (cursor === undefined) return null;
  try {
    return keyring.open(Buffer.from(cursor, 'base64url').toString(), JSON.stringify(list), 'admin');
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    throw new AdminRefused('invalid', '', [{ at: '/query/cursor', expected: '`next` of a page of this very list' }]);
  }
}
