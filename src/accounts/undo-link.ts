/** The link by which an address that was changed is put back: made for the old mailbox, and looked for by its address. */
import type { Deps } from '../deps.ts';
import type { Fingerprint } from '../ids.ts';
import { type IssuedLink, type NewLink, storeLink } from '../secrets/one-time.ts';
import { undoableChange } from './previous-addresses.ts';

const newestOf = (address: Fingerprint): string => `undo-address|${address}`;

/** Beside those of earlier changes, which keep their force. To be stored before the change it undoes. */
export async function storeUndoLink(
  deps: Pick<Deps, 'config' | 'storage' | 'clock' | 'random'>,
  link: Omit<NewLink, 'purpose'>,
): Promise<IssuedLink> {
  const undo = await storeLink(deps, { ...link, purpose: 'undo-address' });
  await deps.storage.newestLinks.put(newestOf(link.emailFingerprint), { tokenHash: undo.tokenHash }, undo.keptUntil);
  return undo;
}

/** An account had this address until lately, and its mailbox can still put it back. */
export async function canBePutBack(
  { storage, clock }: Pick<Deps, 'storage' | 'clock'>,
  address: Fingerprint,
): Promise<boolean> {
  const newest = await storage.newestLinks.get(newestOf(address));
  const link = newest && (await storage.links.get(newest.tokenHash));
  const account = link?.accountId ? await storage.accounts.byId(link.accountId) : null;
  return newest !== null && account !== null && undoableChange(account, newest.tokenHash, clock.now()) !== null;
}
