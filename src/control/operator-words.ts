/** What operators say of themselves and their reasons: kept in the audit log, so nothing about a person may be in it. */
import { emailFingerprint, parseEmailAddress } from '../accounts/email-address.ts';
import type { Deps } from '../deps.ts';
import type { AccountId } from '../ids.ts';
import { OperationRefused } from './operation.ts';

const nameForm = /^\p{L}[\p{L}\p{M}\p{N} .,'@_-]{1,63}$/u;
const longestReason = 200;
/** What could be an identity code, however it is written: it has no business in the audit log. */
const identityCode = /\d{2}[\s.]*\d{2}[\s.]*\d{2}\s*[-+\u2212\p{Pd}A-FU-Y]?\s*\d{3}\s*[0-9A-Z]/iu;

/** @throws OperationRefused */
export function operatorName(typed = ''): string {
  const name = typed.normalize('NFKC').trim();
  if (!nameForm.test(name) || identityCode.test(name))
    throw new OperationRefused('--by: the name of the person who does this, as staff know it, in 2 to 64 characters.');
  return name;
}

/** @throws OperationRefused */
export function operatorReason(typed = ''): string {
  const reason = typed.normalize('NFKC').trim();
  if (reason === '' || reason.length > longestReason) {
    throw new OperationRefused(`--reason: in 1 to ${longestReason} characters, best the number of the case.`);
  }
  if (identityCode.test(reason) || reason.includes('@')) {
    throw new OperationRefused('--reason: no address and no identity code, it stays in the audit log.');
  }
  return reason;
}

/** By its address or its id. @throws OperationRefused, which does not repeat what was typed. */
export async function accountNamed(
  { storage, keyring }: Pick<Deps, 'storage' | 'keyring'>,
  which = '',
): Promise<AccountId> {
  const parsed = parseEmailAddress(which);
  const { accounts } = storage;
  // A cast: whether it is an id is for the store to say.
  const account = parsed.ok
    ? await accounts.byEmail(emailFingerprint(keyring, parsed.address))
    : await accounts.byId(which as AccountId);
  if (account === null) throw new OperationRefused('There is no such account.');
  return account.id;
}
