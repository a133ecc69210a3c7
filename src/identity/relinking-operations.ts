/** `avain relink …`, where the store is. What is refused never repeats an argument: it may be somebody's address. */
import { emailFingerprint, parseEmailAddress } from '../accounts/email-address.ts';
import { type Operation, OperationRefused, type Operations } from '../control/operation.ts';
import type { Deps } from '../deps.ts';
import type { AccountId } from '../ids.ts';
import { askRelinking, confirmRelinking, openRelinkings } from './relinking.ts';

const nameForm = /^\p{L}[\p{L}\p{M}\p{N} .,'@_-]{1,63}$/u;
const longestReason = 200;
/** What could be an identity code, however it is written: it has no business in the audit log. */
const identityCode = /\d{2}[\s.]*\d{2}[\s.]*\d{2}\s*[-+\u2212\p{Pd}A-FU-Y]?\s*\d{3}\s*[0-9A-Z]/iu;

function nameOf(typed = ''): string {
  const name = typed.normalize('NFKC').trim();
  if (!nameForm.test(name) || identityCode.test(name))
    throw new OperationRefused('--by: the name of the person who does this, as staff know it, in 2 to 64 characters.');
  return name;
}

function reasonOf(typed = ''): string {
  const reason = typed.normalize('NFKC').trim();
  if (reason === '' || reason.length > longestReason) {
    throw new OperationRefused(`--reason: in 1 to ${longestReason} characters, best the number of the case.`);
  }
  if (identityCode.test(reason) || reason.includes('@')) {
    throw new OperationRefused('--reason: no address and no identity code, it stays in the audit log.');
  }
  return reason;
}

async function accountOf({ storage, keyring }: Deps, which = ''): Promise<AccountId> {
  const parsed = parseEmailAddress(which);
  if (!parsed.ok) return which as AccountId;
  const account = await storage.accounts.byEmail(emailFingerprint(keyring, parsed.address));
  if (account === null) throw new OperationRefused(refusals['no-account']);
  return account.id;
}

const refusals = {
  'no-account': 'There is no such account.',
  'not-linked': 'This account is linked to nobody: the next sign-in links it.',
  'asked-already': 'It was asked already and waits for the second person: avain relink list',
  'not-found': 'Nothing of that id waits: avain relink list',
  'same-person': 'Somebody else than the person who asked must confirm it.',
} as const;

const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;

const ask: Operation = async (deps, [which, by, reason], print) => {
  const words = { by: nameOf(by), reason: reasonOf(reason) };
  const result = await askRelinking(deps, await accountOf(deps, which), words);
  if (result.outcome !== 'asked') throw new OperationRefused(refusals[result.outcome]);
  print(`Asked. Somebody else confirms it before ${utc(result.confirmBefore)}:`);
  print(`avain relink confirm ${result.id} --by NAME`);
  return 0;
};

const confirm: Operation = async (deps, [id = '', by], print) => {
  const { outcome } = await confirmRelinking(deps, id, nameOf(by));
  if (outcome !== 'unlinked') throw new OperationRefused(refusals[outcome]);
  print('Unlinked. Everybody is signed out of the account and its owner is told by mail; the next sign-in links anew.');
  return 0;
};

const list: Operation = async ({ storage, clock }, _args, print) => {
  let count = 0;
  for await (const { id, askedBy, askedAt, reason } of openRelinkings(storage.accounts, clock.now())) {
    count += 1;
    print(`${id}  asked by ${askedBy} at ${utc(askedAt)}: ${reason}`);
  }
  if (count === 0) print('Nothing waits for a second person.');
  return 0;
};

export const relinkingOperations: Operations = { 'relink.ask': ask, 'relink.confirm': confirm, 'relink.list': list };
